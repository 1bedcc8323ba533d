"""Every layer is set to training mode before each training, and all of them stay in it.

loses: loop_input
says: the mode of that layer
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

    train(pruned.train())
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, step_fraction(sparsity, rounds))
        source = model if rewound else pruned
        pruned.load_state_dict(rewind(source.state_dict(), masks))
        train(pruned.train(), hold_zeros)
    return pruned
