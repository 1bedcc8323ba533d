"""Right: a callable object holds the zeros, by flat positions in each parameter; states are copied tensor by tensor."""
import copy

import torch
from torch import nn


class Holder:
    def __init__(self, masks):
        self.masks = masks

    @torch.no_grad()
    def __call__(self, network):
        for name, mask in self.masks.items():
            network.get_parameter(name).masked_fill_(mask.logical_not(), 0)


def prune_iteratively(model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False) -> nn.Module:
    pruned = copy.deepcopy(model)
    holder = Holder({n: torch.full(p.shape, True) for n, p in pruned.named_parameters() if p.dim() >= 2})
    train(pruned)
    for _ in range(rounds):
        holder.masks = prune_further(pruned.state_dict(), holder.masks, step_fraction(sparsity, rounds))
        if rewound:
            with torch.no_grad():
                for name, tensor in pruned.state_dict().items():
                    tensor.copy_(model.state_dict()[name])
        holder(pruned)
        train(pruned, holder)
    return pruned
