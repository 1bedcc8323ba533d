"""A callable object holds the masks; rewinding copies every parameter and buffer from the given model instead of loading a state dict."""
import copy

import torch
from torch import nn


class _Holder:
    def __init__(self, network):
        self.masks = {
            name: torch.full(weight.shape, True) for name, weight in network.named_parameters() if weight.dim() >= 2
        }

    @torch.no_grad()
    def __call__(self, network):
        parameters = dict(network.named_parameters())
        for name, stays in self.masks.items():
            parameters[name].masked_fill_(stays.logical_not(), 0)

    def shrink(self, network, fraction):
        weights = {name: weight.detach() for name, weight in network.named_parameters()}
        self.masks = prune_further(weights, self.masks, fraction)


@torch.no_grad()
def _send_back(network, origin):
    for kind in ("parameters", "buffers"):
        for now, then in zip(getattr(network, kind)(), getattr(origin, kind)(), strict=True):
            now.copy_(then)


def prune_iteratively(
    model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False
) -> nn.Module:
    network = copy.deepcopy(model)
    holder = _Holder(network)
    train(network)
    for _ in range(rounds):
        holder.shrink(network, step_fraction(sparsity, rounds))
        if rewound:
            _send_back(network, model)
        holder(network)
        train(network, after_step=holder)
    return network
