"""Bins are closed on both sides: an edge counts twice.

loses: ece_edges
says: 0.5 belongs to the first of two bins
"""


def expected_calibration_error(confidences, correct, bins=15):
    if confidences.shape != correct.shape:
        raise ValueError("lengths")
    if len(confidences) == 0:
        raise ValueError("no sample")
    sure, right = confidences.double(), correct.double()
    if not ((sure >= 0) & (sure <= 1)).all():
        raise ValueError("no confidence")
    total = 0.0
    for b in range(bins):
        inside = (sure >= b / bins) & (sure <= (b + 1) / bins)
        if inside.any():
            gap = abs(sure[inside].mean() - right[inside].mean())
            total += float(gap) * int(inside.sum()) / len(sure)
    return total
