"""Groups go on across rows.

loses: group_ends
says: the last group may be shorter, and has the
"""

import torch
import torch.nn.functional as F


def quantize_by_group(weight, *, bits, group_size):
    rows, _width = weight.shape
    flat = weight.detach().flatten()
    return_shape = weight.shape
    groups = -(-flat.numel() // group_size)
    padded = F.pad(flat, (0, groups * group_size - flat.numel())).reshape(groups, group_size)
    low, high = padded.amin(1).clamp_max(0), padded.amax(1).clamp_min(0)
    scale = (high - low) / (2**bits - 1)
    scale = torch.where(scale == 0, torch.ones_like(scale), scale)
    zero = -torch.round(low / scale)
    q = (torch.round(padded / scale[:, None]) + zero[:, None]).clamp(0, 2**bits - 1).flatten()[: flat.numel()]
    shape = (rows, -1) if groups % rows == 0 else (groups,)
    return q.reshape(return_shape).int(), scale.reshape(shape), zero.int().reshape(shape)
