"""The saved state dict isn't a copy: it is trained along, and nothing is rewound.

loses: loop_rewinds
says: or the model's own
"""

# ruff: noqa: F821

import copy

import torch


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    pruned = copy.deepcopy(model)
    saved = pruned.state_dict()
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
        pruned.load_state_dict(rewind(saved if rewound else source.state_dict(), masks))
        train(pruned, hold_zeros)
    return pruned
