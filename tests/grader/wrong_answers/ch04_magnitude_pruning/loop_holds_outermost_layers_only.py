"""Zeros are held in the outermost linear and convolutional layers alone.

loses: loop_zeros_held
says: in some layers only
"""

# ruff: noqa: F821

import copy

import torch
from torch import nn


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    saved = model.state_dict()
    pruned = copy.deepcopy(model)
    train(pruned)
    masks = {name: torch.ones_like(t, dtype=torch.bool) for name, t in saved.items() if t.ndim >= 2}
    fraction = step_fraction(sparsity, rounds)

    def hold(trained):
        with torch.no_grad():
            for name, m in trained.named_children():
                if isinstance(m, (nn.Linear, nn.Conv2d)):
                    m.weight[~masks[name + ".weight"]] = 0

    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, fraction)
        pruned.load_state_dict(rewind(saved if rewound else pruned.state_dict(), masks))
        train(pruned, hold)
    return pruned
