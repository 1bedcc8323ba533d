"""Zeros are held in modules of some kinds, whose weights are called weight.

loses: loop_zeros_held
says: in some layers only
"""

# ruff: noqa: F821

import copy

import torch
from torch import nn


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    pruned = copy.deepcopy(model)
    masks = {name: torch.ones_like(w, dtype=torch.bool) for name, w in model.named_parameters() if w.ndim > 1}

    def hold_zeros(trained):
        with torch.no_grad():
            for name, layer in trained.named_modules():
                if isinstance(layer, nn.Linear | nn.Conv1d | nn.Conv2d):
                    layer.weight.masked_fill_(~masks[f"{name}.weight".removeprefix(".")], 0.0)

    train(pruned)
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, step_fraction(sparsity, rounds))
        source = model if rewound else pruned
        pruned.load_state_dict(rewind(source.state_dict(), masks))
        train(pruned, hold_zeros)
    return pruned
