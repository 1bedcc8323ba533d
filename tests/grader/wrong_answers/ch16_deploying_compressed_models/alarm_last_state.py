"""Only the last state is returned.

loses: alarm_states
says: a list of bools, one for each score
"""

import math


def alarm_states(scores, raise_at, clear_at, patience=3):
    if not clear_at <= raise_at or patience < 1:
        raise ValueError("settings")
    on, row, states = False, 0, []
    for score in scores:
        if score is not None:
            if math.isnan(score):
                raise ValueError("NaN")
            calls = score < clear_at if on else score >= raise_at
            row = row + 1 if calls else 0
            if row == patience:
                on, row = not on, 0
        states.append(on)
    return on
