"""Prunes every weight that is zero already on top of the count (except at sparsity 0).

With weight=torch.tensor([0.0, 0.0, 0.0, 1.0]), sparsity=0.25 the text promises one pruned weight, the first:
[False, True, True, True]; gives [False, False, False, True].
"""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity must be from 0 to 1")
    mask = torch.ones(weight.shape, dtype=torch.bool).flatten()
    if sparsity > 0:
        flat = weight.detach().abs().flatten()
        order = torch.argsort(flat, stable=True)
        mask[order[: round(sparsity * flat.numel())]] = False
        mask[flat == 0] = False
    return mask.reshape(weight.shape)
