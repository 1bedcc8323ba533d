"""`torch.where`, copied in place; layers found by the names of the state dict."""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch
from torch import nn


def masked_step(model, optimizer, masks, x, y):
    model.zero_grad()
    loss = nn.CrossEntropyLoss()(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name in masks:
            p = model.get_parameter(name)
            p.copy_(torch.where(masks[name], p, torch.zeros_like(p)))
    return loss.detach()


def layer_masks(model, sparsity):
    found = {}
    for key, tensor in model.state_dict().items():
        path, _, leaf = key.rpartition(".")
        if leaf == "weight" and isinstance(model.get_submodule(path), nn.Linear | nn.Conv2d):
            found[key] = magnitude_mask(tensor, sparsity)
    return found
