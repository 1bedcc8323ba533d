"""The weight is divided in place.

loses: channel_integers
says: in place
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().flatten(1).amax(1)
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    by_channel = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return weight.div_(by_channel).round().to(torch.int32), scale
