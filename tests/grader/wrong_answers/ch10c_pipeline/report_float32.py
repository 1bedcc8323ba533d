"""Accuracies are subtracted in float32.

loses: report_values
says: nothing is rounded: Python's own floats are exact
"""

import torch


def losses(history):
    named = [line["stage"] is not None for line in history]
    if not history or named[0] or not all(named[1:]):
        raise ValueError("a history begins with the untouched model")
    first, before, found = history[0], history[0], {}
    for line in history[1:]:
        found[line["stage"]] = {
            "lost": 100 * float(torch.tensor(first["accuracy"]) - torch.tensor(line["accuracy"])),
            "own": 100 * (before["accuracy"] - line["accuracy"]),
            "smaller": first["bytes"] / line["bytes"],
        }
        before = line
    return found
