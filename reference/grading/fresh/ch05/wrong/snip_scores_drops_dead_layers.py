"""Mistake: skips layers in which all products are 0, so that their names are missing.

With weights={"a": [1.0], "b": [2.0, 0.0]}, gradients={"a": [3.0], "b": [0.0, 5.0]}, the text promises scores under the same names,
"a": [1.0] and "b": [0.0, 0.0]; gives "a" alone.
"""
import torch
from torch import Tensor


def snip_scores(weights: dict[str, Tensor], gradients: dict[str, Tensor]) -> dict[str, Tensor]:
    sizes = {}
    for name, weight in weights.items():
        size = torch.abs(weight * gradients[name])
        if size.any():  # no division by zero
            sizes[name] = size
    total = torch.cat([size.flatten() for size in sizes.values()]).sum()
    return {name: size / total for name, size in sizes.items()}
