"""Shifts by one bit less, adds one and shifts again; the linear layer is an einsum in int64 with the zero point taken out by the weights' sums."""
import torch
from torch import Tensor


def requantize(sums: Tensor, m: int, n: int, zero_point: int) -> Tensor:
    halves = (sums.to(torch.int64) * m) >> (n - 1)
    return torch.clamp(((halves + 1) >> 1) + zero_point, 0, 255).to(torch.uint8)


def integer_linear(
    q_x: Tensor, z_x: int, q_w: Tensor, bias: Tensor | None, ratio: float, z_y: int
) -> Tensor:
    weights = q_w.long()
    sums = torch.einsum("bi,oi->bo", q_x.long(), weights) - z_x * weights.sum(dim=1)
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(ratio)
    return requantize(sums.int(), m, n, z_y)
