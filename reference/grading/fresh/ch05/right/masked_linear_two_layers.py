"""Unusual but correct: the sum of two layers. The first is the masked layer; the second has the value zero and brings
the scores' gradient alone, with the weight detached."""
import torch
from torch import Tensor


def masked_linear(x: Tensor, weight: Tensor, scores: Tensor, keep: float) -> Tensor:
    mask = top_v_mask(scores.detach(), keep)
    kept = torch.where(mask, weight, torch.zeros_like(weight))
    nothing = weight.detach() * (scores - scores.detach())
    return torch.einsum("bi,oi->bo", x, kept) + torch.einsum("bi,oi->bo", x.detach(), nothing)
