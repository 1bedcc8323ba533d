"""Divides in float64, also what is float32: quotients that are a half in float32 aren't one any more.

Text: "float32 or float64 ..., rounded in just that precision".
Input: quantize(tensor([0.05, 0.35]), 0.1, 0, bits=8, signed=True): 0.5 and 3.5 in float32, so 0 and 4 are promised; this gives 1 and 3.
"""
import torch
from torch import Tensor


def quantize(x: Tensor, scale: float, zero_point: int, *, bits: int, signed: bool) -> Tensor:
    if signed:
        low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    else:
        low, high = 0, (1 << bits) - 1
    quotient = x.detach().to(torch.float64) / scale
    return torch.clamp(torch.round(quotient) + zero_point, low, high).int()
