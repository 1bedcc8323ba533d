"""Replaces scales below 1e-12 by 1, "against dividing by 0": a channel of tiny weights is rounded to nothing.

Text: "Magnitudes are 0, or from 1e-30 to 1e30"; "In each channel, the largest magnitude falls on 2^(bits - 1) - 1."
Input: tensor([[1e-20, 0.]]): integers 0, 0; promised: 127, 0.
"""
import torch
from torch import Tensor


def quantize_per_channel(weight: Tensor, *, bits: int) -> tuple[Tensor, Tensor]:
    w = weight.detach()
    qmax = 2 ** (bits - 1) - 1
    scales = w.flatten(1).abs().max(dim=1).values / qmax
    scales[scales < 1e-12] = 1.0
    shape = (-1,) + (1,) * (w.ndim - 1)
    return torch.round(w / scales.view(shape)).int(), scales
