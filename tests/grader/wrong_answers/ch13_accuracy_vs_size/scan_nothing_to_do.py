"""No names, no evaluation.

loses: scan_rises
says: with no names it is evaluated once, too
"""

import torch


def scan(model, names, change, evaluate):
    layers = dict(model.named_modules())
    for name in names:
        if getattr(layers.get(name), "weight", None) is None:
            raise ValueError(f"{name!r} is no layer with a weight")
    loss = evaluate(model) if names else 0.0
    rises = {}
    for name in names:
        weight = layers[name].weight
        kept = weight.detach().clone()
        try:
            with torch.no_grad():
                weight.copy_(change(kept.clone()))
            rises[name] = evaluate(model) - loss
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
