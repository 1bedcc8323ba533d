"""A deque of the last scores that were measured: all high, all low, or as it was."""

import math
from collections import deque


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if not clear_at <= raise_at:
        raise ValueError("clear_at is at most raise_at")
    if patience < 1:
        raise ValueError("patience is at least 1")
    window = deque(maxlen=int(patience))
    states = []
    alarm = False
    for score in scores:
        if score is not None:
            if math.isnan(score):
                raise ValueError("NaN is no score")
            window.append(score)
            if len(window) == patience:
                if min(window) >= raise_at:
                    alarm = True
                elif max(window) < clear_at:
                    alarm = False
        states.append(alarm)
    return states
