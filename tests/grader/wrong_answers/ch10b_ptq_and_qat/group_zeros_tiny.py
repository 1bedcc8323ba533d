"""A group of zeros has a tiny scale.

loses: group_ends
says: scale 1
"""

import torch
import torch.nn.functional as F


def quantize_by_group(weight, *, bits, group_size):
    out, width = weight.shape
    groups = -(-width // group_size)
    padded = F.pad(weight.detach(), (0, groups * group_size - width)).reshape(out, groups, group_size)
    low, high = padded.amin(2).clamp_max(0), padded.amax(2).clamp_min(0)
    scale = (high - low) / (2**bits - 1)
    scale = torch.where(scale == 0, torch.full_like(scale, 1e-30), scale)
    zero_point = -torch.round(low / scale)
    q = torch.round(padded / scale[..., None]) + zero_point[..., None]
    q = q.clamp(0, 2**bits - 1).flatten(1)[:, :width]
    return q.to(torch.int32), scale, zero_point.to(torch.int32)
