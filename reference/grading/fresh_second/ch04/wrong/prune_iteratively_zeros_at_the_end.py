"""Puts the zeros back only after each training, instead of after each of its steps.

Text: "whose masked weights are zero when a training begins and after each of its steps".
Input: a train of several steps with momentum or weight decay, sparsity 0.5, 1 round: masked weights are nonzero after the second training's
first step, and the kept weights are other ones at the end; train is called without after_step.
"""
import copy

import torch
from torch import nn


def prune_iteratively(
    model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False
) -> nn.Module:
    untrained = copy.deepcopy(model.state_dict())
    network = copy.deepcopy(model)
    masks = {
        name: torch.ones_like(parameter, dtype=torch.bool)
        for name, parameter in network.named_parameters()
        if parameter.ndim > 1
    }
    train(network)
    for _ in range(rounds):
        masks = prune_further(network.state_dict(), masks, step_fraction(sparsity, rounds))
        source = untrained if rewound else network.state_dict()
        network.load_state_dict(rewind(source, masks))
        train(network)
        network.load_state_dict(rewind(network.state_dict(), masks))
    return network
