"""Put back only at the end: each layer is evaluated with all before it changed.

loses: scan_alone
says: in each evaluation one layer's weight is changed
"""

import torch


def scan(model, names, change, evaluate):
    layers = dict(model.named_modules())
    for name in names:
        if getattr(layers.get(name), "weight", None) is None:
            raise ValueError(f"{name!r} is no layer with a weight")
    loss = evaluate(model)
    rises = {}
    saved = {name: layers[name].weight.detach().clone() for name in names}
    try:
        for name in names:
            changed = change(saved[name].clone())
            with torch.no_grad():
                layers[name].weight.copy_(changed)
            rises[name] = evaluate(model) - loss
    finally:
        for name in names:
            with torch.no_grad():
                layers[name].weight.copy_(saved[name])
    return rises
