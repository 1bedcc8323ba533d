"""One mask is used wherever its shape fits.

loses: others_train
says: all other weights move
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for parameter in model.parameters():
            for mask in masks.values():
                parameter.mul_(mask if mask.shape == parameter.shape else mask.float().mean())
    return loss.item()
