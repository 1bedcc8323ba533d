"""Uses view, which needs a contiguous weight.

loses: channel_scales, channel_integers
says: `view` needs a tensor that lies in memory
"""

import torch


def quantize_per_channel(weight, *, bits):
    weight = weight.detach()
    highest = 2 ** (bits - 1) - 1
    largest = weight.abs().contiguous().view(len(weight), -1).amax(1) + 0 * weight.view(-1)[0]
    scale = torch.where(largest == 0, 1.0, largest / highest).to(weight.dtype)
    by_channel = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return torch.round(weight / by_channel).to(torch.int32), scale
