"""Takes the zero point out of the sums by way of the bias, as engines do, but in place: the bias that it was given changes, and a second call is wrong.

Text: "don't modify what you are given".
Input: q_w all 1, z_x = 3, bias = tensor([10, 10], dtype=int32): the bias is smaller afterwards.
"""
import torch
from torch import Tensor


def integer_linear(
    q_x: Tensor, z_x: int, q_w: Tensor, bias: Tensor | None, ratio: float, z_y: int
) -> Tensor:
    weights = q_w.to(torch.int32)
    if bias is None:
        bias = torch.zeros(len(weights), dtype=torch.int32)
    bias -= z_x * weights.sum(dim=1, dtype=torch.int32)
    m, n = fixed_point(ratio)
    return requantize(q_x.to(torch.int32) @ weights.T + bias, m, n, z_y)
