"""The mean of the last scores decides.

loses: alarm_states
says: so many scores in a row, and the alarm is on from the
"""

import math


def alarm_states(scores, raise_at, clear_at, patience=3):
    if not clear_at <= raise_at or patience < 1:
        raise ValueError("settings")
    on, states, last = False, [], []
    for score in scores:
        if score is not None:
            if math.isnan(score):
                raise ValueError("NaN")
            last = [*last, score][-patience:]
            mean = sum(last) / len(last)
            if len(last) == patience:
                on = mean >= clear_at if on else mean >= raise_at
        states.append(on)
    return states
