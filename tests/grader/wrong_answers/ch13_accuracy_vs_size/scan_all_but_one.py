"""All named layers are changed but this one.

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
        saved = {other: layers[other].weight.detach().clone() for other in names}
        try:
            for other in names:
                if other != name:
                    changed = change(saved[other].clone())
                    with torch.no_grad():
                        layers[other].weight.copy_(changed)
            rises[name] = evaluate(model) - loss
        finally:
            for other in names:
                with torch.no_grad():
                    layers[other].weight.copy_(saved[other])
    return rises
