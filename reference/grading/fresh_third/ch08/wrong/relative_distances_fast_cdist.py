"""cdist as it comes: above 25 samples it uses the formula by the product, which loses digits far from the origin.

Text: "Samples may lie far from the origin, at 1000 say, and near each other."
Input: 40 samples at 1000 plus numbers of 0.01: distances are wrong by far more than float32; up to 25 samples they are right.
"""
import torch
from torch import Tensor


def relative_distances(features: Tensor) -> Tensor:
    n = len(features)
    distances = torch.cdist(features, features)
    mean = distances.sum() / (n * (n - 1))
    return distances / torch.where(mean > 0, mean, torch.ones_like(mean))
