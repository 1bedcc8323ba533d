"""The shift is always 31.

loses: fixed_point_pairs
says: double or halve
"""


def fixed_point(ratio):
    return round(ratio * 2**31), 31
