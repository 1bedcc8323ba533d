"""Compares magnitudes in float32 whatever the weight's dtype is.

With weight=torch.tensor([1.0 + 1e-12, 1.0], dtype=torch.float64), sparsity=0.5 the text promises [True, False]
(compared in the weight's own precision the second is smaller); gives [False, True] (a tie in float32).
"""
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparsity {sparsity} is not from 0 to 1")
    magnitude = weight.detach().float().abs().flatten()
    count = round(sparsity * magnitude.numel())
    mask = torch.ones(magnitude.numel(), dtype=torch.bool)
    mask[torch.argsort(magnitude, stable=True)[:count]] = False
    return mask.reshape(weight.shape)
