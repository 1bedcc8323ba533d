"""Multiplies in float64 and forgets to come back from it.

Text: "Returns: float32, of the shape of `q`."
"""
import torch
from torch import Tensor


def dequantize(q: Tensor, scale: float, zero_point: int) -> Tensor:
    return torch.tensor(scale, dtype=torch.float64) * (q.to(torch.float64) - zero_point)
