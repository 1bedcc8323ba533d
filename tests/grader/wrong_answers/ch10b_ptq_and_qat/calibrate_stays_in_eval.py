"""The model stays in evaluation mode.

loses: calibrate_leaves
says: evaluation mode
"""

import math

import torch


def calibrate(model, batches, names):
    found = dict.fromkeys(names, (math.inf, -math.inf))

    def look(name, output):
        low, high = found[name]
        found[name] = min(low, output.min().item()), max(high, output.max().item())

    hooks = []
    for name in names:
        layer = model.get_submodule(name)
        hooks.append(layer.register_forward_hook(lambda _, __, output, name=name: look(name, output)))
    model.eval()
    with torch.no_grad():
        for batch in batches:
            model(batch)
    for hook in hooks:
        hook.remove()
    return found
