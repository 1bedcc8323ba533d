"""A wrong name is noticed when its turn comes.

loses: scan_raises
says: before anything is evaluated
"""

import torch


def scan(model, names, change, evaluate):
    layers = dict(model.named_modules())
    loss = evaluate(model)
    rises = {}
    for name in names:
        weight = getattr(layers.get(name), "weight", None)
        if weight is None:
            raise ValueError(name)
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
