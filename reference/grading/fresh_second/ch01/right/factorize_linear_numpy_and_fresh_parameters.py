"""The factors with NumPy, the root of each singular value in both; the layers hold fresh nn.Parameters instead of copied
values."""
import numpy as np
import torch
from torch import nn


def low_rank_factors(weight: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    largest = min(weight.shape)
    if rank < 1:
        raise ValueError("rank is below 1")
    if rank > largest:
        raise ValueError(f"rank is above {largest}")
    left, sigma, right = np.linalg.svd(weight.detach().cpu().numpy(), full_matrices=False)
    root = np.sqrt(sigma[:rank])
    second = np.ascontiguousarray(left[:, :rank] * root)
    first = np.ascontiguousarray(root[:, np.newaxis] * right[:rank])
    return torch.from_numpy(first).to(weight), torch.from_numpy(second).to(weight)


def factorize_linear(layer: nn.Linear, rank: int) -> nn.Sequential:
    pair = nn.Sequential()
    for name, factor in zip(("first", "second"), low_rank_factors(layer.weight.detach(), rank)):
        rows, columns = factor.shape
        part = nn.Linear(columns, rows, bias=False, dtype=factor.dtype, device=factor.device)
        part.weight = nn.Parameter(factor.detach().clone())
        pair.add_module(name, part)
    if layer.bias is not None:
        pair[-1].bias = nn.Parameter(layer.bias.detach().clone())
    return pair
