"""Counts the steps from the group's smallest weight, and rounds once: round((w - l) / s) instead of round(w / s) + z.

Text: "q = round(w/s) + z", with "z = -round(l/s)".
Input: tensor([[-0.45, 0.3, 2.55]]), 2 bits, group size 3 (s = 1, z = 0): q is 0, 1, 3; promised: 0, 0, 3.
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def quantize_by_group(weight: Tensor, *, bits: int, group_size: int) -> tuple[Tensor, Tensor, Tensor]:
    weight = weight.detach()
    out, width = weight.shape
    top = 2**bits - 1
    padded = F.pad(weight, (0, -width % group_size)).reshape(out, -1, group_size)
    low = padded.amin(dim=2, keepdim=True).clamp(max=0)
    high = padded.amax(dim=2, keepdim=True).clamp(min=0)
    scale = (high - low) / top
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    q = torch.round((padded - low) / scale).clamp(0, top)
    zero = torch.round(-low / scale)
    return q.reshape(out, -1)[:, :width].int(), scale.squeeze(2), zero.squeeze(2).int()
