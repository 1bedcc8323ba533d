"""Layers whose loss doesn't rise are left out.

loses: scan_rises
says: a rise for each name, and for no other
"""

import torch


def scan(model, names, change, evaluate):
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
            rise = evaluate(model) - loss
            if rise > 0:
                rises[name] = rise
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
