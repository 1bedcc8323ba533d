"""Cuts the whole matrix, read row by row, into groups of the group size. Where it doesn't divide the row, groups go on in the next one.

Text: "a group is `group_size` neighbouring weights of one row"; "A row that the group size doesn't divide ends in a shorter group."
Input: a (2, 3) weight, group size 2.
"""
import math

import torch
import torch.nn.functional as F
from torch import Tensor


def quantize_by_group(weight: Tensor, *, bits: int, group_size: int) -> tuple[Tensor, Tensor, Tensor]:
    w = weight.detach()
    out, width = w.shape
    groups = math.ceil(width / group_size)
    top = 2**bits - 1
    flat = F.pad(w.reshape(-1), (0, out * groups * group_size - out * width))
    parts = flat.reshape(out * groups, group_size)
    low = parts.amin(dim=1, keepdim=True).clamp(max=0)
    high = parts.amax(dim=1, keepdim=True).clamp(min=0)
    scale = torch.where(high > low, (high - low) / top, torch.ones_like(low))
    zero = -(low / scale).round()
    q = ((parts / scale).round() + zero).clamp(0, top)
    q = q.reshape(-1)[: out * width].reshape(out, width)
    return q.int(), scale.reshape(out, groups), zero.int().reshape(out, groups)
