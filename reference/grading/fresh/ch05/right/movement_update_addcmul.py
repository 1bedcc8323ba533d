"""Unusual but correct: one fused call, addcmul with a negative value."""
import torch
from torch import Tensor


def movement_update(scores: Tensor, weight: Tensor, gradient: Tensor, *, score_rate: float) -> Tensor:
    return torch.addcmul(input=scores, tensor1=weight, tensor2=gradient, value=-score_rate)
