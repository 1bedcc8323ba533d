"""All forward hooks of the layers are cleared at the end, those of others too.

loses: calibrate_leaves
says: hooks that it had
"""

import math

import torch


def calibrate(model, batches, names):
    found = dict.fromkeys(names, (math.inf, -math.inf))

    def look(name, output):
        low, high = found[name]
        found[name] = min(low, output.min().item()), max(high, output.max().item())

    modes = {module: module.training for module in model.modules()}
    layers = {name: model.get_submodule(name) for name in names}
    for name, layer in layers.items():
        layer.register_forward_hook(lambda _, __, output, name=name: look(name, output))
    model.eval()
    with torch.no_grad():
        for batch in batches:
            model(batch)
    for layer in layers.values():
        layer._forward_hooks.clear()
    for module, training in modes.items():
        module.training = training
    return found
