"""Bins are closed below; 1.0 is put into the last by hand.

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
        inside = (sure * bins).floor().clamp(max=bins - 1) == b
        if inside.any():
            gap = abs(sure[inside].mean() - right[inside].mean())
            total += float(gap) * int(inside.sum()) / len(sure)
    return total
