"""Gradients are switched off for the last lines, and not on again.

loses: step_loss, step_zeros
says: gradients switched on
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    torch.set_grad_enabled(True)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    torch.set_grad_enabled(False)
    for name, p in model.named_parameters():
        if name in masks:
            p.masked_fill_(~masks[name], 0)
    return loss.item()
