"""No scale is below 1e-8.

loses: channel_integers
says: like any other
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().flatten(1).amax(1)
    scale = (largest / highest).clamp_min(1e-8)
    scale = torch.where(largest == 0, 1.0, scale).to(weight.dtype)
    by_channel = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return torch.round(weight / by_channel).to(torch.int32), scale
