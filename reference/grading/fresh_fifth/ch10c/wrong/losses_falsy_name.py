"""Tests the stage for truth instead of for None: a stage with the name "" passes as the untouched model.

Text: "Those after it have the names of stages, all different, any strings" and "ValueError: ... its first line isn't the untouched model"
Input: losses([{"stage": None, "accuracy": 0.5, "bytes": 8}, {"stage": "", "accuracy": 0.25, "bytes": 4}]):
    promised {"": {"lost": 25.0, "own": 25.0, "smaller": 2.0}}, actual ValueError.
"""

from itertools import pairwise


def losses(history: list[dict]) -> dict[str, dict[str, float]]:
    if not history or history[0]["stage"]:
        raise ValueError("history doesn't begin with the untouched model")
    if not all(line["stage"] for line in history[1:]):
        raise ValueError("the untouched model stands again later")
    base = history[0]
    return {
        line["stage"]: {
            "lost": 100.0 * (base["accuracy"] - line["accuracy"]),
            "own": 100.0 * (before["accuracy"] - line["accuracy"]),
            "smaller": base["bytes"] / line["bytes"],
        }
        for before, line in pairwise(history)
    }
