"""Counts a weight that two layers share under both of its names.

With a = nn.Linear(2, 2), model = nn.Sequential(a, a, nn.Linear(2, 2)), a's weights smaller than the last layer's, sparsity 0.5, rounds 1: of the
model's 8 parameters' entries 4 are promised to go, gives 3 (6 of 12 names' entries, which are 3 entries twice)."""
import copy

import torch
from torch import nn


def prune_iteratively(model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False) -> nn.Module:
    pruned = copy.deepcopy(model)
    saved = copy.deepcopy(model.state_dict())
    parameters = list(pruned.named_parameters(remove_duplicate=False))
    masks = {n: torch.ones_like(p, dtype=torch.bool) for n, p in parameters if p.ndim > 1}

    def hold(network):
        with torch.no_grad():
            for n, p in network.named_parameters(remove_duplicate=False):
                if n in masks:
                    p[~masks[n]] = 0

    train(pruned)
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, step_fraction(sparsity, rounds))
        pruned.load_state_dict(rewind(saved if rewound else pruned.state_dict(), masks))
        hold(pruned)
        train(pruned, hold)
    return pruned
