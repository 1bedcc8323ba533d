"""A layer whose weight is None counts as one with a weight.

loses: scan_raises
says: ValueError, raised by the function
"""

import torch


def scan(model, names, change, evaluate):
    layers = dict(model.named_modules())
    for name in names:
        if not hasattr(layers.get(name), "weight"):
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
