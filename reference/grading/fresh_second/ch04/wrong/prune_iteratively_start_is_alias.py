"""Remembers the untrained state of the COPY without copying it: state_dict() gives the network's own tensors, and training changes them.

Text: "send all that is kept (weights, biases, buffers) back to what it was in the untrained `model`".
Input: any model, rewound=True, and a train that adds 1 to every parameter in one step: a bias that began at 0 is 2 after 1 round (trained twice, never sent back);
promised is 1.
"""
import copy

import torch
from torch import nn


def prune_iteratively(
    model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False
) -> nn.Module:
    pruned = copy.deepcopy(model)
    start = pruned.state_dict()
    masks = {n: torch.ones(p.shape, dtype=torch.bool) for n, p in pruned.named_parameters() if p.dim() >= 2}
    fraction = step_fraction(sparsity, rounds)

    def hold(network):
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                if name in masks:
                    parameter.masked_fill_(~masks[name], 0.0)

    train(pruned)
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, fraction)
        if rewound:
            pruned.load_state_dict(start)
        hold(pruned)
        train(pruned, hold)
    return pruned
