"""Knows matrices alone.

loses: channel_scales
says: an answer
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().flatten(1).amax(1)
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    by_channel = scale[:, None]
    return torch.round(weight / by_channel).to(torch.int32), scale
