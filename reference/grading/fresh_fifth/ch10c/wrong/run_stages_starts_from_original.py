"""Takes the saved results, but the first stage that is run begins with the original again.

Text: "`model` is the result of the stage before, or `original` for the first"
Input: run_stages("o", ["a", "b"], lambda n, m, t: m + n, {"a": "A"}): promised {"a": "A", "b": "Ab"}, actual {"a": "A", "b": "ob"}.
"""


def run_stages(original, names: list[str], stage, done: dict) -> dict:
    results = {}
    start = 0
    while start < len(names) and names[start] in done:
        results[names[start]] = done[names[start]]
        start += 1
    model = original
    for name in names[start:]:
        model = stage(name, model, original)
        results[name] = model
    return results
