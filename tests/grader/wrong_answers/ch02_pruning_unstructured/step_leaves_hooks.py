"""Hooks on the parameters mask the gradients, and stay.

loses: step_zeros, step_others
says: hooks that it had
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    params = dict(model.named_parameters())
    for name, mask in masks.items():
        params[name].register_hook(lambda g, m=mask: g.masked_fill(~m, 0))
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, mask in masks.items():
            params[name].masked_fill_(~mask, 0)
    return loss.item()
