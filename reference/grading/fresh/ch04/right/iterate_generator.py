"""Right: a generator gives the masks of each round; all of it without the other functions of the exercise."""
import copy

import torch
from torch import nn


def prune_iteratively(model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False) -> nn.Module:
    pruned = copy.deepcopy(model)
    untrained = copy.deepcopy(model)
    weights = [p for p in pruned.parameters() if p.ndim > 1]
    fraction = 1 - (1 - sparsity) ** (1 / rounds)

    def masks_of_rounds():
        alive = torch.cat([torch.ones(w.numel(), dtype=torch.bool) for w in weights])
        for _ in range(rounds):
            size = torch.cat([w.detach().abs().flatten().double() for w in weights])
            candidates = alive.nonzero(as_tuple=True)[0]
            order = size[candidates].argsort()
            alive = alive.index_fill(0, candidates[order[: round(fraction * len(candidates))]], False)
            yield [m.view(w.shape) for m, w in zip(alive.split([w.numel() for w in weights]), weights)]

    def zero(masks, network):
        with torch.no_grad():
            for weight, mask in zip((p for p in network.parameters() if p.ndim > 1), masks):
                weight[~mask] = 0

    train(pruned, None)
    for masks in masks_of_rounds():
        if rewound:
            pruned.load_state_dict(untrained.state_dict())
        zero(masks, pruned)
        train(pruned, lambda network, masks=masks: zero(masks, network))
    return pruned
