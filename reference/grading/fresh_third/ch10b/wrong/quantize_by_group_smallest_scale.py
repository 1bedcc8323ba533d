"""Holds the scale above 1e-8 instead of looking for groups of zeros: they get that scale, and so do groups of tiny weights.

Text: "A group of nothing but 0 has the scale 1 and the zero point 0"; "Magnitudes are 0, or from 1e-30".
Input: torch.zeros(1, 4): the scale is 1e-8; promised: 1.
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def quantize_by_group(weight: Tensor, *, bits: int, group_size: int) -> tuple[Tensor, Tensor, Tensor]:
    w = weight.detach()
    out, width = w.shape
    missing = (group_size - width % group_size) % group_size
    parts = F.pad(w, (0, missing)).reshape(out, -1, group_size)
    low, high = parts.amin(-1).clamp(max=0), parts.amax(-1).clamp(min=0)
    scale = ((high - low) / (2**bits - 1)).clamp(min=1e-8)
    zero = (-low / scale).round()
    q = ((parts / scale[..., None]).round() + zero[..., None]).clamp(0, 2**bits - 1)
    return q.flatten(1)[:, :width].to(torch.int32), scale, zero.to(torch.int32)
