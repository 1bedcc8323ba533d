"""Reduces dimension 1 alone: a convolution gets a scale for each place of the kernel, and only the first of them is returned.

Text: "a scale of its own for each *output* channel: ... a filter of a convolution's (out, in, height, width)".
Input: a (2, 3, 3, 3) weight.
"""
import torch
from torch import Tensor


def quantize_per_channel(weight: Tensor, *, bits: int) -> tuple[Tensor, Tensor]:
    weight = weight.detach()
    qmax = 2 ** (bits - 1) - 1
    largest = weight.abs().amax(dim=1, keepdim=True)
    scale = torch.where(largest > 0, largest / qmax, torch.ones_like(largest))
    q = (weight / scale).round().clamp(-qmax, qmax).to(torch.int32)
    return q, scale.reshape(len(weight), -1)[:, 0]
