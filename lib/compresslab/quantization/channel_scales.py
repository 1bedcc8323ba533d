"""Moving a channel's scale from one layer into the next without changing what the model computes.

Where a layer's output feature c goes into linear layers only, dividing it by s_c and multiplying column c of their
weights by s_c cancels out. What changes is how hard each side is to quantize: that is what AWQ and SmoothQuant use.

Reference: Nagel et al. 2019, "Data-Free Quantization through Weight Equalization and Bias Correction".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.models.language import LanguageModel


@dataclass(frozen=True)
class Fold:
    """A place where scales can be moved.

    Attributes:
        source: name of a linear layer or a norm with gains, each of whose outputs ...
        targets: ... goes, in the same order of features, into these linear layers and nowhere else, through nothing
            but what is linear in it.

    >>> Fold("norm", ("q", "k", "v")).source
    'norm'
    """

    source: str
    targets: tuple[str, ...]


def language_folds(model: LanguageModel) -> tuple[Fold, ...]:
    """The four places in each layer of a language model.

    A norm feeds the layers after it. Attention mixes the values of tokens, not their features; and the gated MLP is
    linear in what `up` gives, whatever the gate.

    >>> from compresslab.models import language_model
    >>> for fold in language_folds(language_model(depth=1)):
    ...     print(fold.source, *fold.targets)
    layers.0.norm1 layers.0.attention.q layers.0.attention.k layers.0.attention.v
    layers.0.attention.v layers.0.attention.out
    layers.0.norm2 layers.0.mlp.gate layers.0.mlp.up
    layers.0.mlp.up layers.0.mlp.down
    """
    found = []
    for number in range(len(model.layers)):
        at = f"layers.{number}"
        found += [
            Fold(f"{at}.norm1", (f"{at}.attention.q", f"{at}.attention.k", f"{at}.attention.v")),
            Fold(f"{at}.attention.v", (f"{at}.attention.out",)),
            Fold(f"{at}.norm2", (f"{at}.mlp.gate", f"{at}.mlp.up")),
            Fold(f"{at}.mlp.up", (f"{at}.mlp.down",)),
        ]
    return tuple(found)


def fold_targets(model: nn.Module, fold: Fold) -> list[nn.Linear]:
    """The layers that a fold scales, once all of it is known to fit.

    Raises:
        InputError: a name is no layer of the model, a target is not linear, or the features don't agree.

    >>> fold_targets(nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 2)), Fold("0", ("1",)))
    [Linear(in_features=4, out_features=2, bias=True)]
    """
    modules = dict(model.named_modules())
    for name in (fold.source, *fold.targets):
        if name not in modules:
            raise InputError(f"the fold names {name!r}, which is no layer of the model.")
    gains = getattr(modules[fold.source], "weight", None)
    if not isinstance(gains, nn.Parameter):
        raise InputError(f"the fold's source {fold.source} has no weight to divide: name a linear layer or a norm.")
    targets = []
    for name in fold.targets:
        target = modules[name]
        if type(target) is not nn.Linear or target.in_features != gains.shape[0]:
            raise InputError(f"{name} ({target}) does not read the {gains.shape[0]} features that {fold.source} gives.")
        targets.append(target)
    if not targets:
        raise InputError(f"the fold from {fold.source} has no targets.")
    return targets


def fold_scale(model: nn.Module, fold: Fold, scale: Tensor) -> None:
    """Divide what a source gives, and multiply the columns that read it. In place: on a copy of the caller's model.

    Args:
        model: computes the same afterwards, up to rounding.
        fold: where.
        scale: (features,), positive and finite.

    Raises:
        InputError: see `fold_targets`; or a scale is not positive and finite, or their number doesn't fit.

    >>> model = nn.Sequential(nn.LayerNorm(2), nn.Linear(2, 1, bias=False))
    >>> fold_scale(model, Fold("0", ("1",)), torch.tensor([1.0, 4.0]))
    >>> model[0].weight
    Parameter containing:
    tensor([1.0000, 0.2500], requires_grad=True)
    """
    targets = fold_targets(model, fold)
    source = model.get_submodule(fold.source)
    if scale.shape != (targets[0].in_features,) or not ((scale > 0) & scale.isfinite()).all():
        raise InputError(f"the scale for {fold.source} must be ({targets[0].in_features},), positive and finite.")
    with torch.no_grad():
        for parameter in source.parameters(recurse=False):  # weight and bias: both make the output
            parameter.div_(scale.to(parameter.dtype).reshape(-1, *[1] * (parameter.ndim - 1)))
        for target in targets:
            target.weight.mul_(scale.to(target.weight.dtype))


def check_folds(model: nn.Module, folds: Sequence[Fold]) -> None:
    """Refuse folds that don't fit the model, and a layer that two of them scale.

    Raises:
        InputError: see `fold_targets`.

    >>> check_folds(nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 2)), [Fold("0", ("1",)), Fold("0", ("1",))])
    Traceback (most recent call last):
    compresslab.errors.InputError: two folds scale the inputs of 1: name it in one.
    """
    seen: set[str] = set()
    for fold in folds:
        fold_targets(model, fold)
        for name in fold.targets:
            if name in seen:
                raise InputError(f"two folds scale the inputs of {name}: name it in one.")
            seen.add(name)
