"""Ranges begin with 0 in them.

loses: calibrate_ranges
says: 0 is one only if it came
"""

import torch


def calibrate(model, batches, names):
    found = dict.fromkeys(names, (0.0, 0.0))

    def look(name, output):
        low, high = found[name]
        found[name] = min(low, output.min().item()), max(high, output.max().item())

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
