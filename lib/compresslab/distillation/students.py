"""Students that begin as part of their teacher, and what a student costs.

A student can be pruned or factorized out of its teacher (`pruning`, `factorization`), keep some of its layers (here),
or be another network (`models`), which may take over the weights of single layers (here).

References:
    Sanh et al. 2019, "DistilBERT, a distilled version of BERT" (every other layer).
    Jiao et al. 2020, "TinyBERT: Distilling BERT for Natural Language Understanding".
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.cost import mac_count, parameter_count
from compresslab.errors import InputError


def keep_layers(model: nn.Module, stack: str, keep: Sequence[int]) -> nn.Module:
    """A copy of a model with some layers of a stack only, in their order.

    Args:
        model: is not modified.
        stack: name of an `nn.Sequential` or `nn.ModuleList`, whose layers map features to features of the same shape.
        keep: positions from 0, ascending.

    Raises:
        InputError: there is no such stack, or a position is out of its range, repeated or out of order.

    >>> from compresslab.models import tiny_vit
    >>> student = keep_layers(tiny_vit(depth=4), "layers", keep=[0, 2])
    >>> len(student.layers)
    2
    """
    smaller = copy.deepcopy(model)
    layers = _module(smaller, stack)
    if not isinstance(layers, nn.Sequential | nn.ModuleList):
        raise InputError(f"{stack!r} is {type(layers).__name__}: name an nn.Sequential or nn.ModuleList.")
    whole(0, len(layers) - 1, f"{stack!r} has {len(layers)} layers", **{f"keep[{i}]": at for i, at in enumerate(keep)})
    if not keep or list(keep) != sorted(set(keep)):
        raise InputError(f"keep={list(keep)}: give at least one position, each once, ascending.")
    chosen = [layers[at] for at in keep]
    parent, _, name = stack.rpartition(".")
    kept = nn.Sequential(*chosen) if isinstance(layers, nn.Sequential) else nn.ModuleList(chosen)
    setattr(smaller.get_submodule(parent), name, kept)
    return smaller


def take_over(student: nn.Module, teacher: nn.Module, layers: Mapping[str, str]) -> nn.Module:
    """A copy of a student that starts with the weights of some of its teacher's layers.

    Layers are joined by name: two networks list their parameters in orders of their own, so copying one list onto
    the other would put weights into the wrong layers wherever shapes happen to fit.

    Args:
        student, teacher: are not modified.
        layers: the student's layer to the teacher's, such as {"layers.1": "layers.2"}; all that is inside counts,
            running statistics too.

    Raises:
        InputError: a layer is unknown, or the two hold other tensors or other shapes.

    >>> import torch
    >>> student, teacher = nn.Sequential(nn.Linear(2, 3)), nn.Sequential(nn.ReLU(), nn.Linear(2, 3))
    >>> started = take_over(student, teacher, {"0": "1"})
    >>> torch.equal(started[0].weight, teacher[1].weight)
    True
    """
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target, source = _module(started, mine), _module(teacher, other)
        wanted = {name: tuple(tensor.shape) for name, tensor in target.state_dict().items()}
        given = {name: tuple(tensor.shape) for name, tensor in source.state_dict().items()}
        if wanted != given:
            odd = next(name for name in [*wanted, *given] if wanted.get(name) != given.get(name))
            raise InputError(
                f"student's {mine!r} has {odd!r} of shape {wanted.get(odd)}, teacher's {other!r} {given.get(odd)}: "
                "only layers of equal shapes can be taken over."
            )
        target.load_state_dict(source.state_dict())
    return started


@dataclass(frozen=True)
class StudentCost:
    """What a network costs, beside its teacher.

    Attributes:
        name: of the network.
        parameters: how many numbers it learns.
        macs: multiply-accumulates for one sample.
        fewer_parameters, fewer_macs: the teacher's divided by its own.

    >>> StudentCost("half", 50, 200, fewer_parameters=2.0, fewer_macs=4.0).macs
    200
    """

    name: str
    parameters: int
    macs: int
    fewer_parameters: float
    fewer_macs: float


def student_costs(teacher: nn.Module, students: Mapping[str, nn.Module], example: Tensor) -> list[StudentCost]:
    """The cost of each student: compare accuracies only of students whose costs are alike.

    Args:
        teacher: to compare with.
        students: by name.
        example: one sample, (1, ...).

    >>> import torch
    >>> teacher, students = nn.Linear(8, 8), {"half": nn.Linear(8, 4)}
    >>> student_costs(teacher, students, torch.zeros(1, 8))[0].fewer_parameters
    2.0
    """
    whole_parameters, whole_macs = parameter_count(teacher), mac_count(teacher, example.shape)
    return [
        StudentCost(name, parameters, macs, whole_parameters / parameters, whole_macs / macs)
        for name, student in students.items()
        for parameters, macs in [(parameter_count(student), mac_count(student, example.shape))]
    ]


def _module(model: nn.Module, name: str) -> nn.Module:
    modules = dict(model.named_modules())
    if name not in modules:
        raise InputError(
            f"{type(model).__name__} has no layer {name!r}: choose from {', '.join(filter(None, modules))}."
        )
    return modules[name]
