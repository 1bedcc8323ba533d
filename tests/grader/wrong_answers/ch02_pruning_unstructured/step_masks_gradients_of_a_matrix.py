"""Pruned gradients are zeroed before the step: an optimizer that looks at whole rows moves the others differently.

loses: step_others
says: does it see all gradients
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    pruned = {name: p for name, p in model.named_parameters() if name in masks}
    for name, parameter in pruned.items():
        if parameter.grad is not None:
            parameter.grad[~masks[name]] = 0.0
    optimizer.step()
    with torch.no_grad():
        for name, parameter in pruned.items():
            parameter[~masks[name]] = 0.0
    return loss.item()
