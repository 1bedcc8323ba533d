"""Right: Python's sorted on the exact values, the count rounded in exact fractions."""
from fractions import Fraction

import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0 <= sparsity <= 1:
        raise ValueError(f"a sparsity of {sparsity} is no share")
    values = [abs(value) for value in weight.detach().flatten().tolist()]
    count = round(Fraction(float(sparsity)) * len(values))
    gone = set(sorted(range(len(values)), key=values.__getitem__)[:count])
    return torch.tensor([place not in gone for place in range(len(values))]).reshape(weight.shape)
