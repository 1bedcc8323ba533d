"""Runs along each flattened filter.

loses: mask_kernels
says: runs go along dimension 1, for each output
"""

import torch


def mask(weight, n=2, m=4):
    if m < 1 or n < 0 or n > m:
        raise ValueError("n of m")
    if weight.ndim < 2 or weight.shape[1] % m != 0:
        raise ValueError("runs")
    if torch.isnan(weight).any():
        raise ValueError("NaN")
    size = weight.detach().to(torch.float64).abs()
    runs = size.flatten(1)
    runs = runs.reshape(*runs.shape[:-1], runs.shape[-1] // m, m)
    order = torch.argsort(runs, dim=-1, descending=True, stable=True)
    keep = torch.zeros(runs.shape, dtype=torch.bool)
    keep.scatter_(-1, order[..., :n], True)
    return keep.reshape(weight.shape) if keep.numel() else torch.zeros(weight.shape, dtype=torch.bool)
