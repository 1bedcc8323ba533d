"""With rewinding, goes back first and makes the masks afterwards: of untrained weights.

With one layer of weights [[1., 2.]], a training that makes 3 of 1 and 1 of 2, rewound=True, rounds=1, sparsity=0.5 the text promises that the first
weight stays (trained it is 3), so [[3., 0.]] in the end; gives [[0., 1.]]."""
import copy

import torch
from torch import nn


def prune_iteratively(model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False) -> nn.Module:
    pruned = copy.deepcopy(model)
    start = {n: t.detach().clone() for n, t in model.state_dict().items()}
    masks = {n: torch.ones(p.shape, dtype=torch.bool) for n, p in pruned.named_parameters() if p.ndim >= 2}
    train(pruned)
    for _ in range(rounds):
        if rewound:
            pruned.load_state_dict(start)
        masks = prune_further(pruned.state_dict(), masks, step_fraction(sparsity, rounds))
        pruned.load_state_dict(rewind(pruned.state_dict(), masks))

        def hold(network, masks=masks):
            with torch.no_grad():
                for n, p in network.named_parameters():
                    if n in masks:
                        p.masked_fill_(~masks[n], 0)

        train(pruned, hold)
    return pruned
