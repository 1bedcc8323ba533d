"""Ratios above 1 are not brought below 2**31.

loses: fixed_point_pairs
says: double or halve
"""


def fixed_point(ratio):
    n = 31
    while ratio * 2**n < 2**30:
        n += 1
    return round(ratio * 2**n), n
