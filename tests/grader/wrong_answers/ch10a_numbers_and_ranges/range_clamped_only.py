"""Only what was clamped counts.

loses: range_ends
says: squared errors
"""


def range_of_least_error(x, *, bits, candidates):
    low, high = min(x.min().item(), 0.0), max(x.max().item(), 0.0)
    best, least = (low, high), float("inf")
    for k in range(candidates, 0, -1):
        ends = low * k / candidates, high * k / candidates
        clamped = x.clamp(*ends)
        error = (clamped.double() - x.double()).square().sum().item()
        if error < least:
            best, least = ends, error
    return best
