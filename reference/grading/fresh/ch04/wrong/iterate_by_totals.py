"""Makes each round's masks anew with global_masks, for the total of that round, instead of a fraction of what is there.

With nn.Linear(7, 1), sparsity 0.9, rounds 3 the rounds promise 4, 2 (of 3) and 1 (of 1) weights, all 7 gone in the end; gives 4, 5, 6: one is left."""
import copy

import torch
from torch import nn


def prune_iteratively(model: nn.Module, train, *, sparsity: float, rounds: int, rewound: bool = False) -> nn.Module:
    pruned = copy.deepcopy(model)
    saved = copy.deepcopy(model.state_dict())
    names = {n for n, p in pruned.named_parameters() if p.ndim > 1}
    train(pruned)
    for done in range(1, rounds + 1):
        total = 1 - (1 - step_fraction(sparsity, rounds)) ** done
        state = pruned.state_dict()
        masks = global_masks({n: state[n] for n in names}, total)
        pruned.load_state_dict(rewind(saved if rewound else state, masks))

        def hold(network):
            with torch.no_grad():
                for n, p in network.named_parameters():
                    if n in masks:
                        p.mul_(masks[n])

        train(pruned, hold)
    return pruned
