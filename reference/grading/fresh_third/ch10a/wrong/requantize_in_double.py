"""Computes the product in float64, which has 53 bits and not 63, and takes the floor there.

Text: "exactly as the formula says"; "even float64 only 53".
Input: sums = 2**30 - 1, m = 2**30 + 1, n = 61: the product is 2**60 - 1, just below a half. This gives 1; promised: 0.
"""
import torch
from torch import Tensor


def requantize(sums: Tensor, m: int, n: int, zero_point: int) -> Tensor:
    exact = sums.double() * m * 2.0**-n
    q = torch.floor(exact + 0.5) + zero_point
    return q.clamp(0, 255).to(torch.uint8)
