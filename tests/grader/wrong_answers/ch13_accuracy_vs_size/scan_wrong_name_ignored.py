"""Wrong names are left out.

loses: scan_raises
says: no such layer, or it has no weight
"""

import torch


def scan(model, names, change, evaluate):
    layers = dict(model.named_modules())
    names = [name for name in names if getattr(layers.get(name), "weight", None) is not None]
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
