"""Three standard deviations about the mean.

loses: calibrate_ranges
says: 0: the smallest and the largest of *all*
"""

import math

import torch


def calibrate(model, batches, names):
    found = dict.fromkeys(names, (math.inf, -math.inf))

    def look(name, output):
        low, high = found[name]
        mean, spread = output.mean().item(), output.std(correction=0).item()
        found[name] = min(low, mean - 3 * spread), max(high, mean + 3 * spread)

    modes = {module: module.training for module in model.modules()}
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
    for module, training in modes.items():
        module.training = training
    return found
