"""The untouched model is looked for wherever it stands.

loses: report_refuses
says: untouched
"""


def losses(history):
    named = [line["stage"] is not None for line in history]
    if sum(named) != len(history) - 1:
        raise ValueError("a history begins with the untouched model")
    first = history[named.index(False)]
    before, found = first, {}
    for line in (each for each in history if each["stage"] is not None):
        found[line["stage"]] = {
            "lost": 100 * (first["accuracy"] - line["accuracy"]),
            "own": 100 * (before["accuracy"] - line["accuracy"]),
            "smaller": first["bytes"] / line["bytes"],
        }
        before = line
    return found
