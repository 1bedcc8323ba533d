"""Computed in float32.

loses: ece_limits
says: nine digits: compute in float64
"""


def expected_calibration_error(confidences, correct, bins=15):
    if confidences.shape != correct.shape:
        raise ValueError("lengths")
    if len(confidences) == 0:
        raise ValueError("no sample")
    sure, right = confidences.float(), correct.float()
    if not ((sure >= 0) & (sure <= 1)).all():
        raise ValueError("no confidence")
    total = 0.0
    for b in range(bins):
        inside = (sure > b / bins) & (sure <= (b + 1) / bins)
        if b == 0:
            inside = inside | (sure == 0)
        if inside.any():
            gap = abs(sure[inside].mean() - right[inside].mean())
            total += float(gap.float()) * int(inside.sum()) / len(sure)
    return total
