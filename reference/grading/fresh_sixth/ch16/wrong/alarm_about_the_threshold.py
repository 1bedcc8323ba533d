"""Takes a score that is close to `raise_at` for one that reaches it.

Text: "scores in a row that are at least `raise_at`"
Input: `alarm_states([0.3], 0.1 + 0.2, 0.1, 1)` -> promised [False], actual [True]
"""

import math


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if clear_at > raise_at or patience < 1:
        raise ValueError("thresholds or patience")
    states, on, row = [], False, 0
    for score in scores:
        if score is not None:
            if math.isnan(score):
                raise ValueError("NaN")
            high = score > raise_at or math.isclose(score, raise_at)
            low = score < clear_at and not high
            row = row + 1 if (low if on else high) else 0
            if row == patience:
                on, row = not on, 0
        states.append(on)
    return states
