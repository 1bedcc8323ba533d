"""Widens with .to(torch.float32), which gives a float32 tensor back as it is, and then divides and clips in place: the gradients that it was given change.

Text: "New float32 tensors"; "don't modify what you are given".
Input: g = tensor([8.]), scale 4, max_norm 10: g itself is 2 afterwards.
"""
import math

import torch
from torch import Tensor


def clip_scaled(gradients: list[Tensor], scale: float, max_norm: float) -> list[Tensor] | None:
    if any(not torch.isfinite(g).all() for g in gradients):
        return None
    true = [g.to(torch.float32).div_(scale) for g in gradients]
    norm = math.sqrt(sum(float(g.double().square().sum()) for g in true))
    if norm > max_norm:
        for g in true:
            g.mul_(max_norm / norm)
    return true
