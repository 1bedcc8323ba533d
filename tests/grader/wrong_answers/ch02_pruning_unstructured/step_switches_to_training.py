"""The step sets training mode, whatever mode the model came in.

loses: step_others
says: left in evaluation mode
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter[~masks[name]] = 0.0
    return loss.item()
