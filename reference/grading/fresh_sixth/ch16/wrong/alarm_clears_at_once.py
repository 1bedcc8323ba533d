"""Patience for raising alone: one low score clears the alarm.

Text: "off at the last of `patience` scores in a row that are below `clear_at`"
Input: `alarm_states([9, 9, 1, 9], 5, 2, 2)` -> promised [False, True, True, True], actual [False, True, False, False]
"""


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if clear_at > raise_at or patience < 1:
        raise ValueError("thresholds or patience")
    states, on, row = [], False, 0
    for score in scores:
        if score is not None:
            if score != score:
                raise ValueError("NaN")
            if score >= raise_at:
                row += 1
                on = on or row >= patience
            else:
                row = 0
                if score < clear_at:
                    on = False
        states.append(on)
    return states
