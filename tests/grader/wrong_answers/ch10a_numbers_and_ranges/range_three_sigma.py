"""Three standard deviations.

loses: range_ends
says: the ends are k / candidates of the whole
"""


def range_of_least_error(x, *, bits, candidates):
    mean, spread = x.double().mean().item(), x.double().std(correction=0).item()
    low = max(x.min().item(), mean - 3 * spread)
    high = min(x.max().item(), mean + 3 * spread)
    return min(low, 0.0), max(high, 0.0)
