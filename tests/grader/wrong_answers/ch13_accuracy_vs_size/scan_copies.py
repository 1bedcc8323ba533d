"""A copy of the model for each layer.

loses: scan_alone
says: and not with a copy of it
"""

import copy

import torch


def scan(model, names, change, evaluate):
    layers = dict(model.named_modules())
    for name in names:
        if getattr(layers.get(name), "weight", None) is None:
            raise ValueError(f"{name!r} is no layer with a weight")
    loss = evaluate(model)
    rises = {}
    for name in names:
        copied = copy.deepcopy(model)
        weight = copied.get_submodule(name).weight
        changed = change(weight.detach().clone())
        with torch.no_grad():
            weight.copy_(changed)
        rises[name] = evaluate(copied) - loss
    return rises
