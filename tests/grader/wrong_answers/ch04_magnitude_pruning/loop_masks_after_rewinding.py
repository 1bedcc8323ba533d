"""The model is rewound before the masks are made, which are then those of untrained weights.

loses: loop_rewinds
says: masks of the trained weights
"""

# ruff: noqa: F821

import copy

import torch


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    pruned = copy.deepcopy(model)
    masks = {name: torch.ones_like(w, dtype=torch.bool) for name, w in model.named_parameters() if w.ndim > 1}

    def hold_zeros(trained):
        with torch.no_grad():
            for name, parameter in trained.named_parameters():
                if name in masks:
                    parameter.masked_fill_(~masks[name], 0.0)

    train(pruned)
    for _ in range(rounds):
        source = copy.deepcopy((model if rewound else pruned).state_dict())
        masks = prune_further(source, masks, step_fraction(sparsity, rounds))
        pruned.load_state_dict(rewind(source, masks))
        train(pruned, hold_zeros)
    return pruned
