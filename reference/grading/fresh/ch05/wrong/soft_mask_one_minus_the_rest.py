"""Mistake: computes the sigmoid as 1 minus that of the negative score, which cancels to 0 for low scores.

With scores=torch.tensor([-20.0]), threshold=1e-9, the sigmoid is 2.06e-9, and the text promises True; gives False, since
1 - sigmoid(20) is 0 in float32.
"""
import torch
from torch import Tensor


def soft_mask(scores: Tensor, threshold: float) -> Tensor:
    pruned = torch.sigmoid(-scores)  # how much speaks against each weight
    return (1 - pruned) > threshold
