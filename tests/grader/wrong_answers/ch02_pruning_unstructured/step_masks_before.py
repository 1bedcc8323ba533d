"""The mask is applied, but the optimizer moves the weights afterwards.

loses: step_zeros
says: what has the last word
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter[~masks[name]] = 0.0
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()
