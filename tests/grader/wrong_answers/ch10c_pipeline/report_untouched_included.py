"""The untouched model has an entry too.

loses: report_values
says: an answer
"""


def losses(history):
    named = [line["stage"] is not None for line in history]
    if not history or named[0] or not all(named[1:]):
        raise ValueError("a history begins with the untouched model")
    first, before, found = history[0], history[0], {}
    for line in history:
        found[line["stage"]] = {
            "lost": 100 * (first["accuracy"] - line["accuracy"]),
            "own": 100 * (before["accuracy"] - line["accuracy"]),
            "smaller": first["bytes"] / line["bytes"],
        }
        before = line
    return found
