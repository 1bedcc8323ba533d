"""A score that is close to the upper threshold reaches it.

loses: alarm_gaps
says: no tolerance: a score below a threshold
"""

import math


def alarm_states(scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3) -> list[bool]:
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
