"""Decides for each parameter on its own.

Text: "The product runs over *all* parameters of the network, not layer by layer."
Input: project_conflicts([{"a": tensor([3.]), "b": tensor([-1.])}, {"a": tensor([1.]), "b": tensor([2.])}])[0]: the product is 3 - 2 = 1,
    so promised {"a": [3.], "b": [-1.]}, actual {"a": [3.], "b": [0.]}.
"""

import torch
from torch import Tensor


def project_conflicts(gradients: list[dict[str, Tensor]]) -> list[dict[str, Tensor]]:
    projected = [{name: g.clone() for name, g in task.items()} for task in gradients]
    for i, task in enumerate(projected):
        for j, other in enumerate(gradients):
            if j == i:
                continue
            for name in task:
                product = (task[name] * other[name]).sum()
                if product < 0:
                    task[name] -= product / other[name].pow(2).sum() * other[name]
    return projected
