"""Brings the inputs less their zero point into int8, since the weights are int8 too. The difference reaches from -255 to 255.

Text: "Inputs are uint8 with a zero point"; "the exact sums".
Input: q_x = 255, z_x = 0: -1 instead of 255.
"""
import torch
from torch import Tensor


def integer_linear(
    q_x: Tensor, z_x: int, q_w: Tensor, bias: Tensor | None, ratio: float, z_y: int
) -> Tensor:
    centred = (q_x.int() - z_x).to(torch.int8)
    sums = centred.int() @ q_w.int().t()
    if bias is not None:
        sums += bias
    return requantize(sums, *fixed_point(ratio), z_y)
