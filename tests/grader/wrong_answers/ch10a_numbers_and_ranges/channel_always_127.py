"""Divided by 127, whatever the bits.

loses: channel_scales
says: divided by the largest integer
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 127
    largest = weight.abs().flatten(1).amax(1)
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    by_channel = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return torch.round(weight / by_channel).to(torch.int32), scale
