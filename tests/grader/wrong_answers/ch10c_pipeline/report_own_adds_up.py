"""Own adds up all losses, gains left out.

loses: report_values
says: line before
"""

import itertools


def losses(history):
    named = [line["stage"] is not None for line in history]
    if not history or named[0] or not all(named[1:]):
        raise ValueError("a history begins with the untouched model")
    first, _before, found = history[0], history[0], {}
    for line in history[1:]:
        found[line["stage"]] = {
            "lost": 100 * (first["accuracy"] - line["accuracy"]),
            "own": 100 * sum(max(0.0, a["accuracy"] - b["accuracy"]) for a, b in itertools.pairwise(history)),
            "smaller": first["bytes"] / line["bytes"],
        }
    return found
