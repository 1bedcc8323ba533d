"""`change` is given the model's own memory, before anything would put it back.

loses: scan_raises
says: `change` may write into what it is given before it raises
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
        changed = change(weight.detach())
        try:
            with torch.no_grad():
                weight.copy_(changed)
            rises[name] = evaluate(model) - loss
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
