"""The mask is a factor: NaN and infinity times 0 are NaN.

loses: step_zeros
says: what does your last line make of a NaN
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter.mul_(masks[name])
    return loss.item()
