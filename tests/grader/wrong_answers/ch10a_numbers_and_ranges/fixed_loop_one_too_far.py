"""m lies between 2**29 and 2**30.

loses: fixed_point_pairs
says: double or halve the ratio until it lies
"""


def fixed_point(ratio):
    n = 0
    while ratio * 2 ** (n + 1) < 2**30:
        n += 1
    return round(ratio * 2**n), n
