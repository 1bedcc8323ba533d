"""Recursive: walks both layers' own tensors and children by name, side by side."""
import copy

import torch
from torch import nn


def _own(module: nn.Module) -> dict[str, torch.Tensor]:
    both = {**module._parameters, **module._buffers}
    return {name: tensor for name, tensor in both.items() if tensor is not None}


def _all_names(module: nn.Module, prefix: str = "") -> dict[str, torch.Tensor]:
    names = {prefix + name: tensor for name, tensor in _own(module).items()}
    for name, child in module._modules.items():
        if child is not None:
            names |= _all_names(child, f"{prefix}{name}.")
    return names


def initialised(student: nn.Module, teacher: nn.Module, layers: dict[str, str]) -> nn.Module:
    fresh = copy.deepcopy(student)
    students, teachers = dict(fresh.named_modules()), dict(teacher.named_modules())
    for mine, theirs in layers.items():
        here, there = _all_names(students[mine]), _all_names(teachers[theirs])
        if {n: tuple(t.shape) for n, t in here.items()} != {n: tuple(t.shape) for n, t in there.items()}:
            raise ValueError(f"the layers {mine!r} and {theirs!r} don't match")
        for name, tensor in here.items():
            tensor.data.copy_(there[name].data)
    return fresh
