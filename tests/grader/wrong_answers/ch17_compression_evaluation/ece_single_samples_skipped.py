"""Bins of a single sample are left out.

loses: ece_value
says: the gap of a bin is between its mean confidence
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
        inside = (sure > b / bins) & (sure <= (b + 1) / bins)
        if b == 0:
            inside = inside | (sure == 0)
        if inside.sum() > 1:
            gap = abs(sure[inside].mean() - right[inside].mean())
            total += float(gap) * int(inside.sum()) / len(sure)
    return total
