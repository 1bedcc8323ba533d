"""A weight is put back where `==` sees a difference: minus zero and zero are equal.

loses: scan_restored
says: every weight is put back, bit for bit
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
            with torch.no_grad():
                weight.copy_(torch.where(weight == kept, weight, kept))
    return rises
