"""A state dict shares its memory with the model."""

import torch
import torch.nn.functional as F


def masked_step(model, optimizer, masks, x, y):
    optimizer.zero_grad()
    loss = -F.log_softmax(model(x), dim=1)[torch.arange(len(y)), y].mean()
    loss.backward()
    optimizer.step()
    state = model.state_dict()
    for name in masks:
        state[name].copy_(torch.where(masks[name].bool(), state[name], 0.0))
    return loss.detach()
