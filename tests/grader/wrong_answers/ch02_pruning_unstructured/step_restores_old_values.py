"""Pruned weights get back what they were before, which need not be zero.

loses: step_zeros
says: exactly 0 when the function returns
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter[~masks[name]] = before[name][~masks[name]]
    return loss.item()
