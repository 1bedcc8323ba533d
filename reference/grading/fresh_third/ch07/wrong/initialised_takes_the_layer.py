"""Puts a copy of the teacher's whole layer in the student's place: with its mode and its requires_grad.

Text: "Every layer keeps the student's mode, and every parameter its `requires_grad`."
Input: a frozen teacher in evaluation mode: the student's layer is frozen and in evaluation mode.
"""
import copy

from torch import nn


def initialised(student: nn.Module, teacher: nn.Module, layers: dict[str, str]) -> nn.Module:
    result = copy.deepcopy(student)
    for mine, theirs in layers.items():
        old, source = result.get_submodule(mine), teacher.get_submodule(theirs)
        old_shapes = {name: tensor.shape for name, tensor in old.state_dict().items()}
        if old_shapes != {name: tensor.shape for name, tensor in source.state_dict().items()}:
            raise ValueError(f"{mine} and {theirs} differ")
        if mine == "":
            result = copy.deepcopy(source)
            continue
        parent, _, last = mine.rpartition(".")
        setattr(result.get_submodule(parent), last, copy.deepcopy(source))
    return result
