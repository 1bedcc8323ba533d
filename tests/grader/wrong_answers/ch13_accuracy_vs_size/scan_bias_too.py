"""The bias is changed along.

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
    for name in names:
        weight = layers[name].weight
        kept = weight.detach().clone()
        try:
            changed = change(kept.clone())
            with torch.no_grad():
                weight.copy_(changed)
                bias = getattr(layers[name], "bias", None)
                kept_bias = None if bias is None else bias.clone()
                if bias is not None:
                    bias.zero_()
            rises[name] = evaluate(model) - loss
        finally:
            with torch.no_grad():
                weight.copy_(kept)
                if kept_bias is not None:
                    bias.copy_(kept_bias)
    return rises
