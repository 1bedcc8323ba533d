"""Ratios below a half are not brought above 2**30.

loses: fixed_point_pairs
says: double or halve
"""


def fixed_point(ratio):
    n = 31
    while ratio * 2**n >= 2**31:
        n -= 1
    return round(ratio * 2**n), n
