"""Adds the difference back to x, as one writes it on paper: of a large x nothing but its rounding error is left of the value.

Text: "just those values that the integers stand for".
Input: x = 1e8, scale 1, zero point 0, integers from 0 to 12: 1e8 + (12 - 1e8) is 16 in float32 (or 8); promised: 12.
"""
import torch
from torch import Tensor


def fake_quantize(x: Tensor, scale: Tensor, zero_point: int, *, qmin: int, qmax: int) -> Tensor:
    scale = scale.detach()
    q = torch.round(x.detach() / scale) + zero_point
    rounded = scale * (q.clamp(qmin, qmax) - zero_point)
    within = (q >= qmin) & (q <= qmax)
    passing = torch.where(within, x, x.detach())
    return passing + (rounded - x).detach()
