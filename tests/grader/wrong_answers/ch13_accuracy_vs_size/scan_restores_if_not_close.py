"""A weight is put back where it is no longer close to what it was.

loses: scan_restored
says: put back whatever a comparison says
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
            rises[name] = evaluate(model) - loss
        finally:
            if not torch.allclose(weight, kept):
                with torch.no_grad():
                    weight.copy_(kept)
    return rises
