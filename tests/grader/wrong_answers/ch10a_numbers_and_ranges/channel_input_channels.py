"""A scale for each input channel.

loses: channel_scales
says: a scale for each *output* channel, the first
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().transpose(0, 1).flatten(1).amax(1)
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    by_channel = scale.reshape(1, -1, *[1] * (weight.ndim - 2))
    return torch.round(weight / by_channel).to(torch.int32), scale
