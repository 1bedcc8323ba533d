"""The binomial coefficients are missing.

loses: mcnemar_value
says: all counts from 0 to the smaller one
"""


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    tail = k + 1
    return min(1.0, 2 * tail / 2**n)
