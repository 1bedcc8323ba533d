"""A scale for each kernel of a convolution.

loses: channel_scales
says: an answer
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().amax(tuple(range(2, weight.ndim))) if weight.ndim > 2 else weight.abs().amax(1)
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    by_channel = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return torch.round(weight / by_channel).to(torch.int32), scale
