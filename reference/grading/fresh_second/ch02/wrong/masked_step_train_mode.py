"""Switches the model to training mode, as "a training step" suggests.

Text: "in the mode (training or evaluation) that it is in, and stays in".
For nn.Sequential(nn.Dropout(0.5), nn.Linear(2, 2)).eval(), model.training is True afterwards; promised: False (and a loss
without dropout).
"""
import torch
import torch.nn.functional as F
from torch import nn


def masked_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, torch.Tensor],
    x: torch.Tensor,
    y: torch.Tensor,
) -> float:
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter.masked_fill_(~masks[name], 0)
    return loss.item()
