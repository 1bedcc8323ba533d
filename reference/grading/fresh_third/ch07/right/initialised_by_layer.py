"""Collects each layer's parameters and buffers by name, looks at all of them first, copies then."""
import copy

import torch
from torch import Tensor, nn


def _tensors(layer: nn.Module) -> dict[str, Tensor]:
    found = dict(layer.named_parameters(remove_duplicate=False))
    found.update(layer.named_buffers(remove_duplicate=False))
    return found


@torch.no_grad()
def initialised(student: nn.Module, teacher: nn.Module, layers: dict[str, str]) -> nn.Module:
    result = copy.deepcopy(student)
    jobs = []
    for mine, theirs in layers.items():
        targets, sources = _tensors(result.get_submodule(mine)), _tensors(teacher.get_submodule(theirs))
        if targets.keys() != sources.keys():
            raise ValueError(f"{mine} and {theirs} differ in {sorted(targets.keys() ^ sources.keys())}")
        for name in targets:
            if targets[name].shape != sources[name].shape:
                raise ValueError(f"{name}: {tuple(targets[name].shape)} and {tuple(sources[name].shape)}")
            jobs.append((targets[name], sources[name]))
    for target, source in jobs:
        target.copy_(source)
    return result
