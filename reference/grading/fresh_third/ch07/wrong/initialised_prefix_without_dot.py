"""Finds a layer's tensors by how their names begin, without the dot: "layers.1" takes "layers.10" for a part of itself.

Text: "The tensors inside of two such layers"; "all others have the student's".
Input: a student with eleven layers or more, {"1": "3"}: raises ValueError, for "10.weight" has no counterpart; promised is a copy.
"""
import copy

import torch
from torch import nn


def _inside(module: nn.Module, layer: str) -> dict[str, torch.Tensor]:
    tensors = {**dict(module.named_parameters(remove_duplicate=False)), **dict(module.named_buffers(remove_duplicate=False))}
    return {name[len(layer) :]: tensor for name, tensor in tensors.items() if name.startswith(layer)}


def initialised(student: nn.Module, teacher: nn.Module, layers: dict[str, str]) -> nn.Module:
    result = copy.deepcopy(student)
    for mine, theirs in layers.items():
        targets, sources = _inside(result, mine), _inside(teacher, theirs)
        if {n: t.shape for n, t in targets.items()} != {n: t.shape for n, t in sources.items()}:
            raise ValueError(f"{mine} doesn't fit {theirs}")
        with torch.no_grad():
            for name, target in targets.items():
                target.copy_(sources[name])
    return result
