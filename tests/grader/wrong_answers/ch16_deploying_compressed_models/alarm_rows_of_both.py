"""Rows above and below are counted whatever the state.

loses: alarm_states
says: so many scores in a row
"""

import math


def alarm_states(scores, raise_at, clear_at, patience=3):
    if not clear_at <= raise_at or patience < 1:
        raise ValueError("settings")
    on, high, low, states = False, 0, 0, []
    for score in scores:
        if score is not None:
            if math.isnan(score):
                raise ValueError("NaN")
            high = high + 1 if score >= raise_at else high
            low = low + 1 if score < clear_at else low
            if not on and high >= patience:
                on, low = True, 0
            elif on and low >= patience:
                on, high = False, 0
        states.append(on)
    return states
