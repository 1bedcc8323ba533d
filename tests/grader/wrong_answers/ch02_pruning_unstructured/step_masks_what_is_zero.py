"""Zeros are held, not what the masks name.

loses: step_zeros, step_others
says: the masks say what is pruned
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    zeros = {name: parameter.detach() == 0 for name, parameter in model.named_parameters()}
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter[zeros[name]] = 0.0
    return loss.item()
