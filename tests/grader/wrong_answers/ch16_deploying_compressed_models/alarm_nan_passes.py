"""NaN is a score that calls for nothing.

loses: alarm_gaps
says: a ValueError
"""


def alarm_states(scores, raise_at, clear_at, patience=3):
    if not clear_at <= raise_at or patience < 1:
        raise ValueError("settings")
    on, row, states = False, 0, []
    for score in scores:
        if score is not None:
            calls = score < clear_at if on else score >= raise_at
            row = row + 1 if calls else 0
            if row == patience:
                on, row = not on, 0
        states.append(on)
    return states
