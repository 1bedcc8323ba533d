"""Only Linear and Conv2d have weights.

loses: loop_rounds
says: two or more dimensions
"""

# ruff: noqa: F821

import copy

import torch
from torch import nn


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    pruned = copy.deepcopy(model)
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, nn.Linear | nn.Conv2d)}
    names = {name: f"{name}.weight".removeprefix(".") for name in layers}
    masks = {names[name]: torch.ones_like(layer.weight, dtype=torch.bool) for name, layer in layers.items()}

    def hold_zeros(trained):
        with torch.no_grad():
            for name, parameter in trained.named_parameters():
                if name in masks:
                    parameter.masked_fill_(~masks[name], 0.0)

    train(pruned)
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, step_fraction(sparsity, rounds))
        source = model if rewound else pruned
        pruned.load_state_dict(rewind(source.state_dict(), masks))
        train(pruned, hold_zeros)
    return pruned
