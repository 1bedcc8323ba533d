"""Takes the weights of the model's own children, not of layers inside of these.

With nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2))), sparsity 0.5, rounds 1 the text promises 4 of 8 weights gone, gives 2,
all in the first layer ("inside of other layers too")."""
import copy

import torch
from torch import nn


def prune_iteratively(model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False) -> nn.Module:
    pruned = copy.deepcopy(model)
    saved = copy.deepcopy(model.state_dict())
    masks = {}
    for prefix, layer in [("", pruned), *((f"{n}.", m) for n, m in pruned.named_children())]:
        for name, parameter in layer.named_parameters(recurse=False):
            if parameter.ndim > 1:
                masks[prefix + name] = torch.ones_like(parameter, dtype=torch.bool)

    def hold(network):
        with torch.no_grad():
            for name, mask in masks.items():
                network.get_parameter(name).mul_(mask)

    train(pruned)
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, step_fraction(sparsity, rounds))
        pruned.load_state_dict(rewind(saved if rewound else pruned.state_dict(), masks))
        train(pruned, hold)
    return pruned
