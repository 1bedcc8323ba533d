"""Every round is trained in evaluation mode.

loses: loop_rewinds
says: evaluation mode
"""

# ruff: noqa: F821

import copy

import torch


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    saved = model.state_dict()
    pruned = copy.deepcopy(model)
    train(pruned)
    masks = {name: torch.ones_like(t, dtype=torch.bool) for name, t in saved.items() if t.ndim >= 2}
    fraction = step_fraction(sparsity, rounds)

    def hold(trained):
        with torch.no_grad():
            for name, parameter in trained.named_parameters():
                if name in masks:
                    parameter[~masks[name]] = 0

    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, fraction)
        pruned.load_state_dict(rewind(saved if rewound else pruned.state_dict(), masks))
        pruned.eval()
        train(pruned, hold)
    return pruned
