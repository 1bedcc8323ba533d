"""Mistake: checks the rounded count in place of the share; a share just outside 0 to 1 is rounded back inside.

With scores=torch.zeros(4), keep=1.1 (and keep=-0.1), the text promises a ValueError; gives four True (none), since 4.4 is
rounded to 4 (-0.4 to 0).
"""
import torch
from torch import Tensor


def top_v_mask(scores: Tensor, keep: float) -> Tensor:
    total = scores.numel()
    count = round(keep * total)
    if count < 0 or count > total:
        raise ValueError(f"cannot keep {count} of {total} scores")
    order = torch.argsort(scores.reshape(-1), descending=True)
    mask = torch.zeros(total, dtype=torch.bool)
    mask[order[:count]] = True
    return mask.reshape(scores.shape)
