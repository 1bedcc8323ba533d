"""A patience below 1 is taken for 1.

loses: alarm_gaps
says: a ValueError
"""

import math


def alarm_states(scores, raise_at, clear_at, patience=3):
    if not clear_at <= raise_at:
        raise ValueError("settings")
    patience = max(1, patience)
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
    return states
