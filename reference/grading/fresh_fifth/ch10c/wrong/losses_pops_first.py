"""Takes the untouched model off the caller's list with pop(0): a second call on the same history is refused.

Text: "don't modify what you are given, unless the docstring says so"
Input: h = [{"stage": None, "accuracy": 0.5, "bytes": 10}, {"stage": "a", "accuracy": 0.25, "bytes": 5}]; losses(h);
    promised len(h) == 2, actual len(h) == 1.
"""


def losses(history: list[dict]) -> dict[str, dict[str, float]]:
    if not history:
        raise ValueError("empty history")
    if history[0]["stage"] is not None:
        raise ValueError("the untouched model is missing")
    if [line["stage"] for line in history].count(None) > 1:
        raise ValueError("the untouched model stands twice")
    original = history.pop(0)
    previous = original["accuracy"]
    result = {}
    for line in history:
        accuracy = line["accuracy"]
        result[line["stage"]] = dict(
            lost=(original["accuracy"] - accuracy) * 100.0,
            own=(previous - accuracy) * 100.0,
            smaller=original["bytes"] / line["bytes"],
        )
        previous = accuracy
    return result
