"""Takes the largest weight instead of the largest magnitude: in a channel whose largest magnitude is negative the integers leave their range.

Text: "In each channel, the largest magnitude falls on 2^(bits - 1) - 1."
Input: tensor([[-4., 1.]]), 8 bits: scale 1 / 127, integers -508 and 127; promised: scale 4 / 127, integers -127 and 32.
"""
import torch
from torch import Tensor


def quantize_per_channel(weight: Tensor, *, bits: int) -> tuple[Tensor, Tensor]:
    weight = weight.detach()
    qmax = 2 ** (bits - 1) - 1
    top = weight.reshape(weight.shape[0], -1).max(dim=1).values.abs()
    scales = torch.where(top == 0, torch.ones_like(top), top / qmax)
    q = torch.round(weight / scales.reshape(-1, *[1] * (weight.dim() - 1)))
    return q.to(torch.int32), scales
