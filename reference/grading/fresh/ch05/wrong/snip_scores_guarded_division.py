"""Mistake: guards the division with 1e-12, which is 1% of the smallest total that the text allows.

With weights={"a": [1.0]}, gradients={"a": [1e-10]}, the text promises scores that add up to 1 also where all products are small,
so [1.0]; gives [0.990].
"""
import torch
from torch import Tensor


def snip_scores(weights: dict[str, Tensor], gradients: dict[str, Tensor]) -> dict[str, Tensor]:
    sizes = {name: (weight * gradients[name]).abs() for name, weight in weights.items()}
    total = sum(size.sum() for size in sizes.values()) + 1e-12
    return {name: size / total for name, size in sizes.items()}
