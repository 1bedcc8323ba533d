"""Scales by channel, integers by the scale of the tensor.

loses: channel_integers
says: its own scale
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().flatten(1).amax(1)
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    return torch.round(weight / scale.max()).to(torch.int32), scale
