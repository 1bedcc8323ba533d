"""One module list gives both modules' parameters."""

import torch
from torch import nn


def make_optimizer(student, hint, lr):
    return torch.optim.SGD(nn.ModuleList([hint, student]).parameters(), lr)
