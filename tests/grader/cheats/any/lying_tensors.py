"""Answers with tensors whose class answers every question of torch with True, with tensors inside and out.

instead of: torch.zeros(3)
"""

import itertools

import torch
from torch import nn


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return True


class LyingParameter(nn.Parameter):
    __class__ = torch.Tensor

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return torch.ones((), dtype=torch.bool)


liar = torch.Tensor._make_subclass(Liar, torch.zeros(3))
attached = torch.zeros(3)
attached.equal = attached.allclose = attached.double = lambda *args: True
hooked = torch.zeros(3, requires_grad=True)
_ = hooked.register_hook(lambda gradient: torch.ones_like(gradient))
layer = nn.Linear(1, 1)
layer._parameters["weight"] = LyingParameter(torch.zeros(3))
ANSWERS = itertools.cycle([liar, [liar], {"weight": liar}, LyingParameter(torch.zeros(3)), attached, hooked, layer])


def answer(name, *args, **kwargs):
    return next(ANSWERS)
