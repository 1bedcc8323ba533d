"""The first masks are made from the state dict: buffers of two dimensions get some, too.

loses: loop_rounds
says: a buffer is no parameter
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import copy

import torch


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    saved = copy.deepcopy(model.state_dict())
    new = copy.deepcopy(model)
    train(new)
    masks = global_masks(new.state_dict(), 0.0)
    f = step_fraction(sparsity, rounds)
    for _ in range(rounds):
        masks = prune_further(new.state_dict(), masks, f)
        new.load_state_dict(rewind(saved if rewound else new.state_dict(), masks))

        def hold(m, masks=masks):
            with torch.no_grad():
                for n, p in m.named_parameters():
                    if n in masks:
                        p.masked_fill_(~masks[n], 0)

        train(new, hold)
    return new
