"""Takes the k-th smallest magnitude as a threshold and prunes all that are not above it: too many where there are ties.

Text: "The number of weights pruned is the whole number nearest to `sparsity` times their number"; "Among equal magnitudes,
those that come first in the flattened weight are pruned first."
magnitude_mask(torch.ones(4), 0.5) prunes all 4; promised: the first 2.
"""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0.0 <= sparsity <= 1.0:
        raise ValueError(f"sparsity must be in [0, 1], got {sparsity}")
    k = round(sparsity * weight.numel())
    if k == 0:
        return torch.ones_like(weight, dtype=torch.bool)
    magnitudes = weight.detach().abs()
    threshold = torch.kthvalue(magnitudes.flatten(), k).values
    return magnitudes > threshold
