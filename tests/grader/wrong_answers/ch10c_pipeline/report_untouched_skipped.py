"""A second untouched model is skipped.

loses: report_refuses
says: only there
"""


def losses(history):
    named = [line["stage"] is not None for line in history]
    if not history or named[0]:
        raise ValueError("a history begins with the untouched model")
    first, before, found = history[0], history[0], {}
    for line in history[1:]:
        if line["stage"] is None:
            continue
        found[line["stage"]] = {
            "lost": 100 * (first["accuracy"] - line["accuracy"]),
            "own": 100 * (before["accuracy"] - line["accuracy"]),
            "smaller": first["bytes"] / line["bytes"],
        }
        before = line
    return found
