"""A loop over the channels, with Python's abs and max, and everything else in float64 until the end."""
import torch
from torch import Tensor


def quantize_per_channel(weight: Tensor, *, bits: int) -> tuple[Tensor, Tensor]:
    qmax = 2 ** (bits - 1) - 1
    integers, scales = [], []
    for channel in weight.detach():
        largest = max(abs(value) for value in channel.flatten().tolist())
        scale = largest / qmax if largest else 1.0
        integers.append(torch.round(channel.double() / scale).int())
        scales.append(scale)
    return torch.stack(integers), torch.tensor(scales, dtype=weight.dtype)
