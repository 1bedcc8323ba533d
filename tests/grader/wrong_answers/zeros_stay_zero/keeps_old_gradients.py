"""Gradients of earlier steps are added up.

loses: others_train
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
                parameter.mul_(masks[name])
    return loss.item()
