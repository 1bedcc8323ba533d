"""A window without a score shows no alarm, though the state goes on behind it.

Text: "None where nothing was measured: the state stays"
Input: `alarm_states([9, None, 9], 5, 2, 1)` -> promised [True, True, True], actual [True, False, True]
"""

import math


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if clear_at > raise_at or patience < 1:
        raise ValueError("thresholds or patience")
    states, on, row = [], False, 0
    for score in scores:
        if score is None:
            states.append(False)
            continue
        if math.isnan(score):
            raise ValueError("NaN")
        row = row + 1 if (score < clear_at if on else score >= raise_at) else 0
        if row == patience:
            on, row = not on, 0
        states.append(on)
    return states
