"""The loss is computed again after the step.

loses: step_loss
says: from before the step
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
                parameter[~masks[name]] = 0.0
        return F.cross_entropy(model(x), y).item()
