"""The loss that is returned comes from a forward pass of its own.

loses: step_loss
says: one step is one forward pass
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    with torch.no_grad():
        before = F.cross_entropy(model(x), y).item()
    optimizer.zero_grad()
    F.cross_entropy(model(x), y).backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter[~masks[name]] = 0.0
    return before
