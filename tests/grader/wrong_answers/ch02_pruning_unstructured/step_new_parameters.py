"""Pruned weights become new parameters, which the optimizer doesn't hold.

loses: step_others
says: other parameters move as in ordinary training
"""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    for name in list(masks):
        path, _, leaf = name.rpartition(".")
        layer = model.get_submodule(path)
        setattr(layer, leaf, torch.nn.Parameter(getattr(layer, leaf).detach() * masks[name]))
    return loss.item()
