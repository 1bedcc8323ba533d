"""Each layer's gradient is dropped, as if it belonged to the changed weight.

loses: scan_restored
says: the gradients that the model had stay
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
            weight.grad = None
            rises[name] = evaluate(model) - loss
        finally:
            with torch.no_grad():
                weight.copy_(kept)
    return rises
