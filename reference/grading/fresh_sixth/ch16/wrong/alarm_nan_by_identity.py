"""Looks for NaN with `in`, which finds the very object math.nan and no other NaN.

Text: "ValueError: ... a score is NaN"
Input: `alarm_states([float("nan")], 5, 2)` -> promised ValueError: NaN, actual [False]
"""

import math


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if clear_at > raise_at or patience < 1 or math.nan in scores:
        raise ValueError("thresholds, patience or a score")
    states, on, row = [], False, 0
    for score in scores:
        if score is not None:
            change = score < clear_at if on else score >= raise_at
            row = row + 1 if change else 0
            if row == patience:
                on, row = not on, 0
        states.append(on)
    return states
