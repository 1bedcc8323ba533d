"""What the functions of this package take, checked: logits, labels, who was right, which samples share a source."""

from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from compresslab.arguments import share
from compresslab.errors import InputError


def check_logits(logits_a: Tensor, logits_b: Tensor) -> None:
    """Refuse logits that cannot be compared: of other shapes than (n, classes) twice, without a sample, not finite.

    Raises:
        InputError: they cannot be compared.

    >>> check_logits(torch.zeros(1, 2), torch.full((1, 2), torch.nan))
    Traceback (most recent call last):
    compresslab.errors.InputError: the second logits hold NaN or infinity: the model that gave them is broken.
    """
    if logits_a.ndim != 2 or logits_a.shape != logits_b.shape or logits_a.numel() == 0:
        shapes = f"{tuple(logits_a.shape)} and {tuple(logits_b.shape)}"
        raise InputError(f"logits of shapes {shapes}: expected (n, classes) twice, n at least 1.")
    for name, logits in (("first", logits_a), ("second", logits_b)):
        if not logits.isfinite().all():
            raise InputError(f"the {name} logits hold NaN or infinity: the model that gave them is broken.")


def check_labels(logits: Tensor, labels: Tensor) -> None:
    """Refuse labels (n,) that are no classes of logits (n, classes), and logits that `check_logits` refuses.

    Raises:
        InputError: they don't belong together.

    >>> check_labels(torch.zeros(2, 10), torch.tensor([3, 10]))
    Traceback (most recent call last):
    compresslab.errors.InputError: labels run from 3 to 10, but the logits have the classes 0 to 9.
    """
    check_logits(logits, logits)
    n, classes = logits.shape
    if labels.shape != (n,) or labels.is_floating_point() or labels.dtype == torch.bool:
        kind = f"{labels.dtype} {tuple(labels.shape)}"
        raise InputError(f"labels are {kind} beside logits of {n} samples: give each its class, a whole number.")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        raise InputError(f"labels run from {low} to {high}, but the logits have the classes 0 to {classes - 1}.")


def check_level(level: float) -> None:
    """Refuse a coverage that is not strictly between 0 and 1.

    >>> check_level(95)
    Traceback (most recent call last):
    compresslab.errors.InputError: level=95 must be above 0 and below 1: such as 0.95.
    """
    share(zero=False, one=False, hint="such as 0.95", level=level)


def booleans(name: str, values: ArrayLike | Tensor) -> NDArray[np.bool_]:
    """Whether each sample was right, (n,), of anything that says so by true and false or 1 and 0.

    Raises:
        InputError: it holds anything else, or nothing.

    >>> booleans("correct", [1, 0])
    array([ True, False])
    """
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0:
        raise InputError(f"{name} has shape {array.shape}: expected (n,) with n at least 1.")
    if not np.isin(array, (0, 1)).all():
        raise InputError(f"{name} holds values besides true and false: was each sample right?")
    return array.astype(np.bool_)


def paired_booleans(
    names: tuple[str, str], first: ArrayLike | Tensor, second: ArrayLike | Tensor
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each of two models was right on the same samples, (n,) each.

    Raises:
        InputError: the lengths differ, or as `booleans`.

    >>> paired_booleans(("a", "b"), [True], [False, True])
    Traceback (most recent call last):
    compresslab.errors.InputError: a has 1 samples and b 2: evaluate both on the same.
    """
    a, b = (booleans(name, values) for name, values in zip(names, (first, second), strict=True))
    if len(a) != len(b):
        raise InputError(f"{names[0]} has {len(a)} samples and {names[1]} {len(b)}: evaluate both on the same.")
    return a, b


def per_group(values: NDArray[np.int64], groups: ArrayLike | Tensor | None) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Sum of `values` (n,) and number of samples of each group; each sample is one of its own where `groups` is None.

    Raises:
        InputError: there isn't one group a sample.

    >>> per_group(np.array([1, -1, 1]), groups=[7, 7, 5])
    (array([1, 0]), array([1, 2]))
    """
    if groups is None:
        return values, np.ones_like(values)
    labels = np.asarray(groups)
    if labels.shape != values.shape:
        raise InputError(f"groups has shape {labels.shape} for {len(values)} samples: give one a sample.")
    _, index, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return np.bincount(index, weights=values).astype(np.int64), sizes
