"""Matches a mask to every parameter whose name ends in the mask's name.

With nn.Sequential of 12 nn.Linear(2, 2), SGD, and masks={"1.weight": all False}: the text promises that only
"1.weight" is pruned and all others move as without masks; "11.weight" is zero, too. So it is with
nn.Sequential(nn.Sequential(nn.ReLU(), nn.Linear(2, 2)), nn.Linear(2, 2)): the mask of "1.weight" prunes "0.1.weight", too.
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
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for key, mask in masks.items():
            for name, parameter in model.named_parameters():
                if name.endswith(key) and parameter.shape == mask.shape:
                    parameter[~mask] = 0.0
    return loss.item()
