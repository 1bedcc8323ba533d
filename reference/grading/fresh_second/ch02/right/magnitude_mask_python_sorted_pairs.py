"""Sorts (magnitude, position) pairs as Python numbers, counts with an exact fraction."""
import math
from fractions import Fraction

import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if math.isnan(sparsity) or sparsity < 0 or sparsity > 1:
        raise ValueError(f"not a sparsity: {sparsity}")
    pairs = sorted((abs(value), position) for position, value in enumerate(weight.detach().reshape(-1).tolist()))
    pruned = {position for _, position in pairs[: round(Fraction(sparsity) * len(pairs))]}
    stays = [position not in pruned for position in range(len(pairs))]
    return torch.tensor(stays, dtype=torch.bool, device=weight.device).reshape(weight.shape)
