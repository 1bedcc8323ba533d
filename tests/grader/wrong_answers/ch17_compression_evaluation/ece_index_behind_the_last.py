"""`int(c * B)`, with an index behind the last bin for 1.0.

loses: ece_edges
says: IndexError
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
        counts = [0] * bins
        for c in sure.tolist():
            counts[int(c * bins)] += 1
        inside = (sure * bins).long() == b
        if inside.any():
            gap = abs(sure[inside].mean() - right[inside].mean())
            total += float(gap) * int(inside.sum()) / len(sure)
    return total
