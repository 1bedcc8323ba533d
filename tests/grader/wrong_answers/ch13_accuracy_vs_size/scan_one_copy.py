"""Works in one copy of the model from the start.

loses: scan_alone
says: and not with a copy of it
"""

import copy

import torch


def scan(model, names, change, evaluate):
    model = copy.deepcopy(model)
    layers = dict(model.named_modules())
    for name in names:
        if getattr(layers.get(name), "weight", None) is None:
            raise ValueError(f"{name!r} is no layer with a weight")
    loss = evaluate(model)
    rises = {}
    for name in names:
        weight = layers[name].weight
        kept = weight.detach().clone()
        try:
            changed = change(kept.clone())
            with torch.no_grad():
                weight.copy_(changed)
            rises[name] = evaluate(model) - loss
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
