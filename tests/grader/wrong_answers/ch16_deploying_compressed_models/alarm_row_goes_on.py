"""The row goes on after a change.

loses: alarm_states
says: cleared by a row of scores below `clear_at`; one that
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
            if row >= patience:
                on = not on
        states.append(on)
    return states
