"""`torch.bucketize` with the wrong side closed.

loses: ece_edges
says: 0.5 belongs to the first of two bins
"""

import torch


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
        edges = torch.linspace(0, 1, bins + 1, dtype=torch.float64)[1:-1].contiguous()
        inside = torch.bucketize(sure, edges, right=True) == b
        if inside.any():
            gap = abs(sure[inside].mean() - right[inside].mean())
            total += float(gap) * int(inside.sum()) / len(sure)
    return total
