"""One fused call, torch.addcmul with a negative value, instead of a formula."""
import torch
from torch import Tensor


def movement_update(scores: Tensor, weight: Tensor, gradient: Tensor, *, score_rate: float) -> Tensor:
    return torch.addcmul(scores, weight, gradient, value=-score_rate)
