"""Cuts the count off with int(), instead of rounding.

Text: "The number of weights pruned is the whole number nearest to `sparsity` times their number".
magnitude_mask(torch.arange(1.0, 11.0), 0.29) prunes 2; promised: 3 (2.9 is nearest to 3).
"""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0.0 <= sparsity <= 1.0:
        raise ValueError(f"sparsity must be in [0, 1], got {sparsity}")
    k = int(sparsity * weight.numel())
    mask = torch.ones(weight.numel(), dtype=torch.bool)
    mask[torch.argsort(weight.abs().flatten(), stable=True)[:k]] = False
    return mask.reshape(weight.shape)
