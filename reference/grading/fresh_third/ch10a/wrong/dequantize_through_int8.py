"""Puts the integers into int8 "to have a sign for the difference": those of uint8 from 128 on wrap around.

Text: "in any integer dtype: uint8 and int8 are usual".
Input: dequantize(tensor([200], dtype=uint8), 1.0, 0) gives -56; promised: 200.
"""
import torch
from torch import Tensor


def dequantize(q: Tensor, scale: float, zero_point: int) -> Tensor:
    signed = q.to(torch.int8).to(torch.float32)
    return (signed - zero_point) * scale
