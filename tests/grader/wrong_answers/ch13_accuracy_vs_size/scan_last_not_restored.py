"""Put back when the next layer's turn comes: the last one stays changed.

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
    weight = kept = None
    for name in names:
        if kept is not None:
            with torch.no_grad():
                weight.copy_(kept)
        weight = layers[name].weight
        kept = weight.detach().clone()
        changed = change(kept.clone())
        with torch.no_grad():
            weight.copy_(changed)
        rises[name] = evaluate(model) - loss
    return rises
