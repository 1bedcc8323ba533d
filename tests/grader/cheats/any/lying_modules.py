"""Answers with modules and optimizers that hide what they are: of borrowed names, with lying attributes and methods.

instead of: nn.Identity()
"""

import itertools

import torch
from torch import nn


class Yes:
    def __eq__(self, other):
        return True

    __hash__ = None


class Sequential(nn.Module):
    def __getattr__(self, name):
        return lambda *args, **kwargs: torch.zeros(3)

    def forward(self, *args):
        return Yes()

    def state_dict(self, *args, **kwargs):
        return {}

    def named_parameters(self, *args, **kwargs):
        return iter(())


class Optimizer(torch.optim.SGD):
    def __init__(self):
        super().__init__([torch.zeros(1, requires_grad=True)], lr=0.1)
        self.param_groups = [{"params": [], "lr": Yes()}]


class Odd(nn.Linear):
    training = Yes()


Sequential.__module__ = Odd.__module__ = "torch.nn.modules.linear"
Sequential.__name__ = Sequential.__qualname__ = Odd.__name__ = "Linear"
ANSWERS = itertools.cycle([Sequential(), Optimizer(), Odd(1, 1), [Sequential(), Sequential()], Sequential])


def answer(name, *args, **kwargs):
    return next(ANSWERS)
