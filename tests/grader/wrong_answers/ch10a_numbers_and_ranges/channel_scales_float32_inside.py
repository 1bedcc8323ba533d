"""Scales computed in float32, and converted to the weight's dtype.

loses: channel_scales
says: as exact
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().flatten(1).amax(1).float()
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    by_channel = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return torch.round(weight / by_channel).to(torch.int32), scale
