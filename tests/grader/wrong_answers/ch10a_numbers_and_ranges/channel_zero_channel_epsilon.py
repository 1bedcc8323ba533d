"""A channel of zeros has a tiny scale.

loses: channel_integers
says: scale 1
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().flatten(1).amax(1)
    scale = (largest / highest).clamp_min(torch.finfo(weight.dtype).tiny)
    by_channel = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return torch.round(weight / by_channel).to(torch.int32), scale
