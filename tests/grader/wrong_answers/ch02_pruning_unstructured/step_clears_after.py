"""The gradients are cleared at the end, so that the first step adds to what was there.

loses: step_others
says: when does your step clear them
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter[~masks[name]] = 0.0
    return loss.item()
