"""Runs in the mode that the model is in: batch-norm takes the batch's statistics.

loses: calibrate_leaves
says: as the network will be used
"""

import math

import torch


def calibrate(model, batches, names):
    found = dict.fromkeys(names, (math.inf, -math.inf))

    def look(name, output):
        low, high = found[name]
        found[name] = min(low, output.min().item()), max(high, output.max().item())

    modes = {module: module.training for module in model.modules()}
    hooks = []
    for name in names:
        layer = model.get_submodule(name)
        hooks.append(layer.register_forward_hook(lambda _, __, output, name=name: look(name, output)))
    with torch.no_grad():
        for batch in batches:
            model(batch)
    for hook in hooks:
        hook.remove()
    for module, training in modes.items():
        module.training = training
    return found
