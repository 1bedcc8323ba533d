"""The last call of a layer in a pass counts alone.

loses: calibrate_leaves
says: called twice
"""

import math

import torch


def calibrate(model, batches, names):
    found = dict.fromkeys(names, (math.inf, -math.inf))

    def look(name, output):
        ends[name] = output.min().item(), output.max().item()

    ends = {}
    modes = {module: module.training for module in model.modules()}
    hooks = []
    for name in names:
        layer = model.get_submodule(name)
        hooks.append(layer.register_forward_hook(lambda _, __, output, name=name: look(name, output)))
    model.eval()
    with torch.no_grad():
        for batch in batches:
            model(batch)
            for name, (a, b) in ends.items():
                low, high = found[name]
                found[name] = min(low, a), max(high, b)
    for hook in hooks:
        hook.remove()
    for module, training in modes.items():
        module.training = training
    return found
