"""Fills a mask of ones_like through flatten(): a view where the weight is contiguous, but a copy where it is not, so that a
transposed weight is not pruned at all.

Text: "need not be contiguous" and "The number of weights pruned is the whole number nearest to `sparsity` times their number".
magnitude_mask(torch.arange(1.0, 7.0).reshape(2, 3).t(), 0.5) prunes none; promised: 3.
"""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0.0 <= sparsity <= 1.0:
        raise ValueError(f"sparsity must be in [0, 1], got {sparsity}")
    count = round(sparsity * weight.numel())
    mask = torch.ones_like(weight, dtype=torch.bool)
    order = weight.detach().flatten().abs().sort(stable=True).indices
    mask.flatten()[order[:count]] = False
    return mask
