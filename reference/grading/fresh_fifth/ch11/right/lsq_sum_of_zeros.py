"""The values without any history, plus two zeros that have the gradients: (x - x.detach()) times 0 or 1, and the same of the scale."""

import math

import torch
from torch import Tensor


def lsq(x: Tensor, scale: Tensor, *, qmin: int, qmax: int) -> Tensor:
    share = 1
    for a, b in zip(reversed(x.shape), reversed((1,) * x.ndim if scale.numel() == 1 else scale.shape)):
        share *= a if b == 1 else 1
    with torch.no_grad():
        v = x / scale
        q = torch.round(v)
        values = q.clamp(qmin, qmax) * scale
        within = (v > qmin) & (v < qmax)
        pull = torch.where(v >= qmax, float(qmax), torch.where(v <= qmin, float(qmin), q - v))
        pull = pull.to(x.dtype) / math.sqrt(share * qmax)
    zero_of_x = torch.where(within, x - x.detach(), 0.0)
    zero_of_scale = (scale - scale.detach()) * pull
    return values + zero_of_x + zero_of_scale
