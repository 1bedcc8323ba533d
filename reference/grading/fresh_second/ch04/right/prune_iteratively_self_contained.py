"""Needs none of the other functions: one float64 vector of ranks per round, fraction and zeros written out, rewinding by a new deepcopy's state."""
import copy

import torch
from torch import nn


def prune_iteratively(
    model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False
) -> nn.Module:
    fraction = 1 - (1 - sparsity) ** (1 / rounds)
    net = copy.deepcopy(model)
    weights = [p for p in net.parameters() if p.ndim > 1]
    gone = torch.zeros(sum(w.numel() for w in weights), dtype=torch.bool)

    def zero(_=None):
        with torch.no_grad():
            position = 0
            for weight in weights:
                block = gone[position : position + weight.numel()].reshape(weight.shape)
                weight.copy_(torch.where(block, torch.zeros_like(weight), weight))
                position += weight.numel()

    for turn in range(rounds + 1):
        if turn == 0:
            train(net)
            continue
        left = int((~gone).sum())
        if left:
            sizes = torch.cat([w.detach().double().abs().reshape(-1) for w in weights])
            sizes[gone] = float("inf")
            gone[sizes.argsort()[: round(fraction * left)]] = True
        if rewound:
            net.load_state_dict(copy.deepcopy(model).state_dict())
        zero()
        train(net, zero)
    return net
