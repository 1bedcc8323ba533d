"""Unusual but correct: the special function expit, compared into a mask that was made before."""
import torch
from torch import Tensor


def soft_mask(scores: Tensor, threshold: float) -> Tensor:
    mask = torch.empty(scores.shape, dtype=torch.bool)
    with torch.no_grad():
        torch.gt(torch.special.expit(scores), threshold, out=mask)
    return mask
