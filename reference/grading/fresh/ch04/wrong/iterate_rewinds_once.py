"""Rewinds after the last pruning only.

With nn.Sequential(nn.Linear(3, 2)), rewound=True, rounds=2, sparsity=0 and SGD the text promises that each of the three trainings starts from the
untrained weights ("in every round"); here the second starts from the trained ones (sums of magnitudes at the starts 1.59, 1.40, 1.59).
With sparsity > 0 the masks of round 2 then come from another network."""
import copy

import torch
from torch import nn


def prune_iteratively(model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False) -> nn.Module:
    pruned = copy.deepcopy(model)
    train(pruned)
    masks = {n: torch.ones_like(p, dtype=torch.bool) for n, p in pruned.named_parameters() if p.dim() > 1}
    fraction = step_fraction(sparsity, rounds)

    def hold(network):
        for n, p in network.named_parameters():
            if n in masks:
                p.data[~masks[n]] = 0.0

    for left in reversed(range(rounds)):
        masks = prune_further(pruned.state_dict(), masks, fraction)
        source = model if rewound and left == 0 else pruned
        pruned.load_state_dict(rewind(source.state_dict(), masks))
        train(pruned, hold)
    return pruned
