"""The statistic instead of its p-value.

loses: mcnemar_value
says: all counts from 0 to the smaller one
"""


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n = fixed + broken
    if n == 0:
        return 1.0
    return (fixed - broken) ** 2 / n
