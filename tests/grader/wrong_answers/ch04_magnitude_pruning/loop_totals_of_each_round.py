"""Each round prunes to the share that it should have reached, counted from all weights.

loses: loop_rounds
says: not what a total asks for
"""

# ruff: noqa: F821

import copy

import torch


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    pruned = copy.deepcopy(model)
    masks, left = {}, 1.0

    def hold_zeros(trained):
        with torch.no_grad():
            for name, parameter in trained.named_parameters():
                if name in masks:
                    parameter.masked_fill_(~masks[name], 0.0)

    train(pruned)
    for _ in range(rounds):
        left *= 1 - step_fraction(sparsity, rounds)
        masks = global_masks(dict(pruned.named_parameters()), 1 - left)
        source = model if rewound else pruned
        pruned.load_state_dict(rewind(source.state_dict(), masks))
        train(pruned, hold_zeros)
    return pruned
