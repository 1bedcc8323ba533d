"""Detaches the mean distance, "only a unit": the values are right, the gradient isn't.

Text: "divided by their mean"; "gradients pass to what is the student's"; the same after a change of scale.
Input: two samples: all results are 1 whatever the features are, so the gradient is 0; this gives another one.
"""
import torch
from torch import Tensor


def relative_distances(features: Tensor) -> Tensor:
    n = features.shape[0]
    distances = torch.cdist(features, features, compute_mode="donot_use_mm_for_euclid_dist")
    with torch.no_grad():
        unit = distances.sum() / (n * (n - 1))
        if unit == 0:
            unit = torch.ones_like(unit)
    return distances / unit
