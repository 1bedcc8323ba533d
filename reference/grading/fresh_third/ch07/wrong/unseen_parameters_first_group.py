"""Looks into the optimizer's first parameter group only.

Text: "optimizer: with one parameter group or several".
Input: an optimizer with the student in one group and the projector in the next: names the projector's parameters; promised is [].
"""
import torch
from torch import nn


def unseen_parameters(optimizer: torch.optim.Optimizer, student: nn.Module, projector: nn.Module) -> list[str]:
    held = {id(p) for p in optimizer.param_groups[0]["params"]}
    unseen = []
    for prefix, module in (("student", student), ("projector", projector)):
        for name, p in module.named_parameters():
            if p.requires_grad and id(p) not in held:
                unseen.append(f"{prefix}.{name}")
    return unseen
