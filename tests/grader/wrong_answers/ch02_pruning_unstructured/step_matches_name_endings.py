"""A mask goes to every parameter of its shape whose name ends like its own.

loses: step_zeros
says: not by their ends
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            for key, mask in masks.items():
                if f".{name}".endswith(f".{key}") and mask.shape == parameter.shape:
                    parameter.masked_fill_(~mask, 0.0)
    return loss.item()
