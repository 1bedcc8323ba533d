"""Every layer gets the mode of the whole model.

loses: calibrate_leaves
says: the caller goes on with this model: leave its
"""

import math

import torch


def calibrate(model, batches, names):
    found = dict.fromkeys(names, (math.inf, -math.inf))

    def look(name, output):
        low, high = found[name]
        found[name] = min(low, output.min().item()), max(high, output.max().item())

    training = model.training
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
    model.train(training)
    return found
