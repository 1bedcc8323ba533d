"""Gradients of earlier steps are added up.

loses: step_others
says: fresh gradients
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter[~masks[name]] = 0.0
    return loss.item()
