"""Refuses every score that isn't finite, infinity too.

Text: "infinity among them, perhaps" and "ValueError: ... a score is NaN"
Input: `alarm_states([math.inf], 5, 2, 1)` -> promised [True], actual ValueError: inf is no score
"""

import math


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if clear_at > raise_at or patience < 1:
        raise ValueError("thresholds or patience")
    on, row, states = False, 0, []
    for score in scores:
        if score is not None:
            if not math.isfinite(score):
                raise ValueError(f"{score} is no score")
            other = score < clear_at if on else score >= raise_at
            row = row + 1 if other else 0
            if row >= patience:
                on, row = not on, 0
        states.append(on)
    return states
