"""The weight is masked before the step and its gradient in it: momentum still moves the pruned weight.

loses: step_zeros
says: what does your last line make of a NaN
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    pruned = [(parameter, masks[name]) for name, parameter in model.named_parameters() if name in masks]
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    with torch.no_grad():
        for parameter, mask in pruned:
            parameter.mul_(mask)
            parameter.grad.mul_(mask)
    optimizer.step()
    return loss.item()
