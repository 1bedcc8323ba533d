"""The maximum norm over all dimensions but the first, kept, so that it broadcasts; torch.div and masked_fill."""
import math

import torch
from torch import Tensor


def quantize_per_channel(weight: Tensor, *, bits: int) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        inner = tuple(range(1, weight.ndim))
        largest = torch.linalg.vector_norm(weight, ord=math.inf, dim=inner, keepdim=True)
        scale = (largest / (2 ** (bits - 1) - 1)).masked_fill(largest == 0, 1)
        return torch.div(weight, scale).round_().to(torch.int32), scale.flatten()
