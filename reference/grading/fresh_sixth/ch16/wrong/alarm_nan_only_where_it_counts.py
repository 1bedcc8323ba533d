"""Checks for NaN in the branch where the alarm is off: while it is on, NaN only breaks the row.

Text: "ValueError: ... a score is NaN"
Input: `alarm_states([9.0, math.nan], 5, 2, 1)` -> promised ValueError: NaN, actual [True, True]
"""

import math


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if clear_at > raise_at:
        raise ValueError("clear_at is above raise_at")
    if patience < 1:
        raise ValueError("patience")
    states, on, row = [], False, 0
    for score in scores:
        if score is None:
            states.append(on)
            continue
        if on:
            row = row + 1 if score < clear_at else 0
        elif math.isnan(score):
            raise ValueError("NaN")
        else:
            row = row + 1 if score >= raise_at else 0
        if row == patience:
            on, row = not on, 0
        states.append(on)
    return states
