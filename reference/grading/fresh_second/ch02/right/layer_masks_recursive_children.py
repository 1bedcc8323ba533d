"""Walks down the children by hand, carrying the prefix along."""
import torch
from torch import nn


def layer_masks(model: nn.Module, sparsity: float) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = {}
    visited: set[int] = set()

    def visit(module: nn.Module, prefix: str) -> None:
        if id(module) in visited:
            return
        visited.add(id(module))
        if isinstance(module, nn.Linear) or isinstance(module, nn.Conv2d):
            found[prefix + "weight"] = magnitude_mask(module.weight.detach().clone(), sparsity)
        for name, child in module.named_children():
            visit(child, f"{prefix}{name}.")

    visit(model, "")
    return found
