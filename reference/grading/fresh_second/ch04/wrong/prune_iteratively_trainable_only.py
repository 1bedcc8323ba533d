"""Prunes only the parameters that require a gradient: the weights of a frozen layer stay whole and don't compete.

Text: "Its weights are its parameters with two or more dimensions: in layers of every kind, inside of other layers too, frozen or not."
Input: a frozen nn.Linear(4, 4) before a trainable nn.Linear(4, 4), sparsity 0.5, 1 round: 8 of 32 weights are zero; promised are 16.
"""
import copy

import torch
from torch import nn


def prune_iteratively(
    model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False
) -> nn.Module:
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    network = copy.deepcopy(model)
    weights = {n: p for n, p in network.named_parameters() if p.requires_grad and p.ndim >= 2}
    masks = {name: torch.ones_like(weight, dtype=torch.bool) for name, weight in weights.items()}

    @torch.no_grad()
    def hold(_):
        for name, weight in weights.items():
            weight[~masks[name]] = 0

    train(network)
    for _ in range(rounds):
        masks = prune_further(network.state_dict(), masks, step_fraction(sparsity, rounds))
        network.load_state_dict(rewind(before if rewound else network.state_dict(), masks))
        train(network, hold)
    return network
