"""Losses are rounded to a tenth of a point.

loses: report_values
says: points below the *untouched* model, which is the
"""


def losses(history):
    named = [line["stage"] is not None for line in history]
    if not history or named[0] or not all(named[1:]):
        raise ValueError("a history begins with the untouched model")
    first, before, found = history[0], history[0], {}
    for line in history[1:]:
        found[line["stage"]] = {
            "lost": round(100 * (first["accuracy"] - line["accuracy"]), 1),
            "own": round(100 * (before["accuracy"] - line["accuracy"]), 1),
            "smaller": round(first["bytes"] / line["bytes"], 2),
        }
        before = line
    return found
