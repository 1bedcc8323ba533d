"""Scales from the standard deviation.

loses: channel_scales
says: largest magnitude
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = 3 * weight.flatten(1).std(1, correction=0)
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    by_channel = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return torch.round(weight / by_channel).to(torch.int32), scale
