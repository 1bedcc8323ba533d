"""Batch-norm's statistics stay trained.

loses: loop_rewinds
says: batch-norm's numbers
"""

# ruff: noqa: F821

import copy

import torch


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    pruned = copy.deepcopy(model)
    masks = {name: torch.ones_like(w, dtype=torch.bool) for name, w in model.state_dict().items() if w.ndim > 1}

    def hold_zeros(trained):
        with torch.no_grad():
            for name, parameter in trained.named_parameters():
                if name in masks:
                    parameter.masked_fill_(~masks[name], 0.0)

    train(pruned)
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, step_fraction(sparsity, rounds))
        source = model if rewound else pruned
        names = {name for name, _parameter in model.named_parameters()}
        state = rewind(source.state_dict(), masks)
        pruned.load_state_dict({name: t for name, t in state.items() if name in names}, strict=False)
        train(pruned, hold_zeros)
    return pruned
