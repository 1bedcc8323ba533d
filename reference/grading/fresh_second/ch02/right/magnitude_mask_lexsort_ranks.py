"""Ranks the weights with NumPy's lexsort (magnitude first, position second) and compares the ranks with the count."""
import numpy as np
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not (sparsity >= 0 and sparsity <= 1):
        raise ValueError("sparsity outside of 0 to 1")
    magnitudes = np.abs(weight.detach().cpu().double().numpy()).ravel()
    positions = np.arange(magnitudes.size)
    order = np.lexsort((positions, magnitudes))
    rank = np.empty_like(order)
    rank[order] = positions
    mask = rank >= int(np.rint(sparsity * magnitudes.size))
    return torch.from_numpy(mask.reshape(tuple(weight.shape))).to(weight.device)
