"""Zeros are held by name, through `.data`."""

# ruff: noqa: F821  the functions that it calls are the solution's

import copy

import torch


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    net, start = copy.deepcopy(model), copy.deepcopy(model.state_dict())
    masks = {n: torch.ones(p.shape, dtype=torch.bool) for n, p in net.named_parameters() if p.dim() >= 2}

    def hold(m):
        for n, k in masks.items():
            m.get_parameter(n).data[~k] = 0

    train(net, hold)
    for _ in range(rounds):
        masks.update(prune_further(net.state_dict(), masks, step_fraction(sparsity, rounds)))
        net.load_state_dict(rewind(start if rewound else copy.deepcopy(net.state_dict()), masks))
        train(net, after_step=hold)
    return net
