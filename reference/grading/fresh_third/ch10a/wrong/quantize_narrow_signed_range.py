"""Leaves the lowest signed integer out, as it is done for symmetric weights.

Text: "signed, from -2^(b-1) to 2^(b-1) - 1"; "Infinities become the ends of the integers' range."
Input: quantize(tensor([-1000.]), 1.0, 0, bits=8, signed=True) gives -127; promised: -128.
"""
import torch
from torch import Tensor


def quantize(x: Tensor, scale: float, zero_point: int, *, bits: int, signed: bool) -> Tensor:
    top = 2 ** (bits - 1) - 1 if signed else 2**bits - 1
    bottom = -top if signed else 0
    q = (x / scale).round() + zero_point
    return q.clamp(bottom, top).to(torch.int32)
