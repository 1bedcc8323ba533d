"""The percentile 99.

loses: range_ends
says: the ends are k / candidates of the whole
"""


def range_of_least_error(x, *, bits, candidates):
    flat = x.flatten().double()
    return min(flat.quantile(0.01).item(), 0.0), max(flat.quantile(0.99).item(), 0.0)
