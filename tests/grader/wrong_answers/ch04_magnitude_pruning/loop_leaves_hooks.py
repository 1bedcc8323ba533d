"""Hooks mask the gradients, and stay on the parameters that are returned.

loses: loop_zeros_held
says: a hook that stays
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import copy

import torch


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    saved = copy.deepcopy(model.state_dict())
    new = copy.deepcopy(model)
    train(new)
    masks = {n: torch.ones_like(p, dtype=torch.bool) for n, p in new.named_parameters() if p.ndim > 1}
    f = step_fraction(sparsity, rounds)
    for _ in range(rounds):
        masks = prune_further(new.state_dict(), masks, f)
        new.load_state_dict(rewind(saved if rewound else new.state_dict(), masks))

        def hold(m, masks=masks):
            with torch.no_grad():
                for n, p in m.named_parameters():
                    if n in masks:
                        p.masked_fill_(~masks[n], 0)

        for n, p in new.named_parameters():
            if n in masks and p.requires_grad:
                p.register_hook(lambda g, k=masks[n]: g * k)
        train(new, hold)
    return new
