"""Refuses scores and thresholds below 0, as a stability index has none: the text asks for any numbers.

Text: "ValueError: `clear_at` is above `raise_at`, the patience is below 1, or a score is NaN"
Input: `alarm_states([-1.0, 3.0], 2, -2, 1)` -> promised [False, True], actual ValueError: below 0
"""

import math


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if clear_at > raise_at or patience < 1:
        raise ValueError("thresholds or patience")
    measured = [score for score in scores if score is not None]
    if any(math.isnan(score) for score in measured):
        raise ValueError("NaN")
    if any(value < 0 for value in (*measured, clear_at)):
        raise ValueError("below 0")
    states, on, row = [], False, 0
    for score in scores:
        if score is not None:
            change = score < clear_at if on else score >= raise_at
            row = row + 1 if change else 0
            if row == patience:
                on, row = not on, 0
        states.append(on)
    return states
