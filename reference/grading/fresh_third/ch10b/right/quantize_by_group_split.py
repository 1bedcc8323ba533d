"""torch.split cuts the columns into groups, the last of them shorter by itself; float64 inside."""
import torch
from torch import Tensor


def quantize_by_group(weight: Tensor, *, bits: int, group_size: int) -> tuple[Tensor, Tensor, Tensor]:
    top = 2**bits - 1
    integers, scales, zero_points = [], [], []
    for part in torch.split(weight.detach().double(), group_size, dim=1):
        low = part.amin(dim=1, keepdim=True).clamp(max=0)
        high = part.amax(dim=1, keepdim=True).clamp(min=0)
        scale = (high - low) / top
        scale = scale.masked_fill(scale == 0, 1)
        zero_point = -torch.round(low / scale)
        integers.append((torch.round(part / scale) + zero_point).clamp(0, top))
        scales.append(scale)
        zero_points.append(zero_point)
    whole = torch.cat(integers, dim=1).to(torch.int32)
    return whole, torch.cat(scales, dim=1).to(weight.dtype), torch.cat(zero_points, dim=1).to(torch.int32)
