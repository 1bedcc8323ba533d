"""Masked weights become new parameters, which the optimizer doesn't hold.

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
    for name, mask in masks.items():
        path, _, leaf = name.rpartition(".")
        layer = model.get_submodule(path)
        setattr(layer, leaf, torch.nn.Parameter(getattr(layer, leaf).detach() * mask))
    return loss.item()
