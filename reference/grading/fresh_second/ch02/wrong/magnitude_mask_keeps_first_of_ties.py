"""Selects those that stay, the largest first: a stable sort then keeps the first of equals, and prunes the last.

Text: "Among equal magnitudes, those that come first in the flattened weight are pruned first."
magnitude_mask(torch.tensor([1.0, 1.0]), 0.5) gives [True, False]; promised: [False, True].
"""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0.0 <= sparsity <= 1.0:
        raise ValueError(f"sparsity must be in [0, 1], got {sparsity}")
    total = weight.numel()
    keep = total - round(sparsity * total)
    order = torch.argsort(weight.detach().abs().reshape(-1), descending=True, stable=True)
    mask = torch.zeros(total, dtype=torch.bool, device=weight.device)
    mask[order[:keep]] = True
    return mask.view(weight.shape)
