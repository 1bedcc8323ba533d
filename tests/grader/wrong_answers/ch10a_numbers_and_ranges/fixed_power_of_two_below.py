"""Powers of two come as 2**31.

loses: fixed_point_pairs
says: double or halve the ratio until it lies
"""


def fixed_point(ratio):
    n = 30
    while ratio * 2**n <= 2**30:
        n += 1
    while ratio * 2**n > 2**31:
        n -= 1
    return round(ratio * 2**n), n
