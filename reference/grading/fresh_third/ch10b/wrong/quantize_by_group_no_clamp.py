"""Trusts the formula to stay within the integers: where both ends fall on a half, one of them comes out one step too high.

Text: "integers from 0 to 2^b - 1"; "Rounding w/s and l/s each on its own can end one step beyond the integers: clamp."
Input: tensor([[-1.5, 1.5]]), 2 bits, group size 2 (s = 1): 0 and 4; promised: at most 3.
"""
import torch
from torch import Tensor


def quantize_by_group(weight: Tensor, *, bits: int, group_size: int) -> tuple[Tensor, Tensor, Tensor]:
    integers, scales, zeros = [], [], []
    for part in weight.detach().split(group_size, dim=1):
        low = part.min(dim=1).values.clamp(max=0)
        high = part.max(dim=1).values.clamp(min=0)
        scale = (high - low) / (2**bits - 1)
        scale[scale == 0] = 1
        zero = -torch.round(low / scale)
        integers.append(torch.round(part / scale[:, None]) + zero[:, None])
        scales.append(scale)
        zeros.append(zero)
    return torch.cat(integers, dim=1).int(), torch.stack(scales, dim=1), torch.stack(zeros, dim=1).int()
