"""Multiplies the matrices in float32 "because it is faster": sums beyond 2^24 are rounded.

Text: "the exact sums, which fit into int32"; "float32 holds all integers up to 2^24 and not those beyond."
Input: q_x = 1, q_w = 1, bias 2**24, ratio 1.5 / (2**24 + 0.5), zero points 0: 1; promised: 2.
"""
import torch
from torch import Tensor


def integer_linear(
    q_x: Tensor, z_x: int, q_w: Tensor, bias: Tensor | None, ratio: float, z_y: int
) -> Tensor:
    sums = (q_x.float() - z_x) @ q_w.float().T
    if bias is not None:
        sums = sums + bias.float()
    m, n = fixed_point(ratio)
    return requantize(sums.to(torch.int32), m, n, z_y)
