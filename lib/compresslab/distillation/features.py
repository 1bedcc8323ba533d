"""Distillation from inside the teacher: hints on features, and attention maps.

References:
    Romero et al. 2015, "FitNets: Hints for Thin Deep Nets".
    Zagoruyko and Komodakis 2017, "Paying More Attention to Attention".
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.distillation.hinton import widen
from compresslab.errors import InputError
from compresslab.modes import evaluating


@contextmanager
def captured(model: nn.Module, layers: Sequence[str]) -> Iterator[dict[str, Tensor]]:
    """What these layers give in the forward passes inside of `with`, by name; the last call of each counts.

    Args:
        model: is not changed, but for hooks that are gone afterwards.
        layers: names, as in `model.named_modules()`.

    Raises:
        InputError: the model has no such layer, or one gives no tensor.

    >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    >>> with captured(model, ["0"]) as features:
    ...     _ = model(torch.zeros(5, 2))
    >>> features["0"].shape
    torch.Size([5, 3])
    """
    modules = dict(model.named_modules())
    if unknown := [name for name in layers if name not in modules]:
        raise InputError(f"{type(model).__name__} has no layer {unknown[0]!r}: choose from {', '.join(modules)}.")
    features: dict[str, Tensor] = {}

    def keep(name: str, output: object) -> None:
        if not isinstance(output, Tensor):
            raise InputError(f"layer {name!r} gives {type(output).__name__}: choose one that gives a tensor.")
        features[name] = output

    hooks = [modules[name].register_forward_hook(lambda *call, name=name: keep(name, call[2])) for name in layers]
    try:
        yield features
    finally:
        for hook in hooks:
            hook.remove()


def projector(student: Sequence[int], teacher: Sequence[int]) -> nn.Module:
    """A learned linear map from the student's channels to the teacher's, position by position.

    It has parameters, so it must be part of what the optimizer gets: see `WithProjectors`.

    Args:
        student, teacher: shapes of features, (N, channels, H, W) or (N, ..., features).

    Returns:
        A 1x1 convolution for images, a linear layer otherwise; without a bias, as features are compared that a
        normalisation has centred.

    Raises:
        InputError: the shapes have different numbers of dimensions, or fewer than two.

    >>> projector((8, 16, 4, 4), (8, 64, 4, 4))
    Conv2d(16, 64, kernel_size=(1, 1), stride=(1, 1), bias=False)
    """
    if len(student) != len(teacher) or len(student) < 2:
        raise InputError(f"features of shapes {tuple(student)} and {tuple(teacher)}: no linear map joins them.")
    if len(student) == 4:
        return nn.Conv2d(student[1], teacher[1], 1, bias=False)
    return nn.Linear(student[-1], teacher[-1], bias=False)


class WithProjectors(nn.Module):
    """A student and the projectors of its features, as one module: what the optimizer gets has both.

    Its output is the student's. The optimizer is made before the first batch, so the projectors are made here, from
    the shapes of an example; made in the first forward pass, they would never be trained.

    Args:
        student: is part of it, not a copy.
        teacher: is looked at only.
        pairs: layers of the student and of the teacher that are compared, by name.
        example: an input of both.

    Attributes:
        student: take it out after training.
        projectors: one for each pair, in their order.

    Raises:
        InputError: a layer is unknown, or a pair has shapes that no linear map joins.

    >>> student, teacher = nn.Sequential(nn.Linear(2, 3)), nn.Sequential(nn.Linear(2, 8))
    >>> both = WithProjectors(student, teacher, pairs=[("0", "0")], example=torch.zeros(1, 2))
    >>> [tuple(parameter.shape) for parameter in both.projectors.parameters()]
    [(8, 3)]
    """

    def __init__(
        self, student: nn.Module, teacher: nn.Module, *, pairs: Sequence[tuple[str, str]], example: Tensor
    ) -> None:
        super().__init__()
        if not pairs:
            raise InputError("pairs is empty: name at least one layer of the student and one of the teacher.")
        self.student, self.pairs = student, tuple(pairs)
        shapes = [
            _shapes(model, list(dict.fromkeys(names)), example)
            for model, names in zip((student, teacher), zip(*pairs, strict=True), strict=True)
        ]
        self.projectors = nn.ModuleList(projector(shapes[0][mine], shapes[1][other]) for mine, other in pairs)

    def forward(self, x: Tensor) -> Tensor:
        return self.student(x)

    def projected(self, features: Mapping[str, Tensor]) -> list[Tensor]:
        """The student's features, captured by the names of `pairs`, in the teacher's channels."""
        return [project(features[mine]) for project, (mine, _) in zip(self.projectors, self.pairs, strict=True)]


def hint_loss(student: Tensor, teacher: Tensor, *, mask: Tensor | None = None) -> Tensor:
    """Mean squared difference of features, in units of the teacher's own mean square.

    Divided by it, the loss says which share of the teacher's signal is missed (1: a student that answers 0), whatever
    the layer's scale and size; so one weight serves several layers.

    Args:
        student: features after their projector, floating point.
        teacher: features of the same shape; no gradient flows into them. Maps (N, C, H, W) of another resolution are
            averaged to the coarser of the two first.
        mask: for features (N, tokens, dim): (N, tokens) bool, False for padding, which doesn't count.

    Raises:
        InputError: shapes differ, the teacher's features are 0 throughout, or the mask is of another shape or keeps
            nothing.

    >>> hint_loss(torch.zeros(2, 4), torch.ones(2, 4)).item()
    1.0
    """
    student, teacher = _same_resolution(widen(student), widen(teacher.detach()))
    if student.shape != teacher.shape:
        raise InputError(
            f"the student's features are {tuple(student.shape)}, the teacher's {tuple(teacher.shape)}: a projector "
            "brings them to one shape."
        )
    if mask is not None:
        if mask.shape != student.shape[:-1] or mask.dtype != torch.bool or not mask.any():
            raise InputError(f"mask is {mask.dtype} {tuple(mask.shape)}: expected bool {tuple(student.shape[:-1])}.")
        student, teacher = student[mask], teacher[mask]
    signal = teacher.square().mean()
    if not signal > 0:
        raise InputError("the teacher's features are 0 throughout, or NaN: choose another layer.")
    return (student - teacher).square().mean() / signal


def attention_map(features: Tensor) -> Tensor:
    """Where a layer is active: the mean square over its channels, of length 1 for each sample.

    Args:
        features: (N, C, H, W), or (N, tokens, dim).

    Returns:
        (N, positions), not negative. Features that are 0 throughout give 0.

    Raises:
        InputError: the features have other dimensions.

    >>> attention_map(torch.tensor([[[[3.0, 0.0]], [[4.0, 0.0]]]]))  # all at the left
    tensor([[1., 0.]])
    """
    features = widen(features)
    if features.ndim == 4:
        energy = features.square().mean(dim=1).flatten(1)
    elif features.ndim == 3:
        energy = features.square().mean(dim=2)
    else:
        raise InputError(f"features have shape {tuple(features.shape)}: expected (N, C, H, W) or (N, tokens, dim).")
    return F.normalize(energy, dim=1)


def attention_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Squared distance of the two attention maps, the mean over samples: from 0, same places, to 2, none in common.

    The channels may differ, so it needs no projector. Maps of another resolution are averaged to the coarser one.

    Args:
        student, teacher: see `attention_map`; no gradient flows into the teacher's.

    Raises:
        InputError: the positions differ in number, or the features have other dimensions.

    >>> left, right = torch.tensor([[[[1.0, 0.0]]]]), torch.tensor([[[[0.0, 5.0]]]])
    >>> attention_loss(left, right).item()
    2.0
    """
    student, teacher = _same_resolution(widen(student), widen(teacher.detach()))
    mine, other = attention_map(student), attention_map(teacher)
    if mine.shape != other.shape:
        raise InputError(f"attention maps of {tuple(mine.shape)} and {tuple(other.shape)}: choose layers alike.")
    return (mine - other).square().sum(dim=1).mean()


def _same_resolution(student: Tensor, teacher: Tensor) -> tuple[Tensor, Tensor]:
    if student.ndim != 4 or teacher.ndim != 4 or student.shape[2:] == teacher.shape[2:]:
        return student, teacher
    size = (min(student.shape[2], teacher.shape[2]), min(student.shape[3], teacher.shape[3]))
    return F.adaptive_avg_pool2d(student, size), F.adaptive_avg_pool2d(teacher, size)


def _shapes(model: nn.Module, layers: Sequence[str], example: Tensor) -> dict[str, torch.Size]:
    with captured(model, layers) as features, evaluating(model), torch.no_grad():
        model(example)
    if unused := [name for name in layers if name not in features]:
        raise InputError(f"layer {unused[0]!r} does not run on this example: choose another.")
    return {name: tensor.shape for name, tensor in features.items()}
