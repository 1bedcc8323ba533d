"""A stage without letters is taken for the untouched model.

loses: report_refuses
says: the first line isn't the untouched model: every loss
"""


def losses(history):
    named = [bool(line["stage"]) for line in history]
    if not history or named[0] or not all(named[1:]):
        raise ValueError("a history begins with the untouched model")
    first, before, found = history[0], history[0], {}
    for line in history[1:]:
        found[line["stage"]] = {
            "lost": 100 * (first["accuracy"] - line["accuracy"]),
            "own": 100 * (before["accuracy"] - line["accuracy"]),
            "smaller": first["bytes"] / line["bytes"],
        }
        before = line
    return found
