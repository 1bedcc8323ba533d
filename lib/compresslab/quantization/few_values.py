"""Two and three values: weights as ±a, or as -a, 0 and a.

An integer format of one bit has no zero between a negative and a positive value, and one of two bits puts its largest
value on the outliers, so that most weights become 0. Both formats therefore choose their magnitude `a` to lie closest
to the weights, channel by channel, instead of by their range.

References:
    Rastegari et al. 2016, "XNOR-Net: ImageNet Classification Using Binary Convolutional Neural Networks".
    Li et al. 2016, "Ternary Weight Networks".
    Courbariaux et al. 2016, "Binarized Neural Networks" (the gradient).
"""

from typing import Any

import torch
from torch import Tensor

from compresslab.errors import InputError

_TERNARY_THRESHOLD = 0.7  # of the mean magnitude; optimal within 5% for uniform and for normal weights (Li et al.)


def binarize(weight: Tensor) -> Tensor:
    """Each weight's sign times the mean magnitude of its output channel, which is the closest of all ±a.

    The gradient passes unchanged where |weight| <= 1 and is 0 elsewhere, so that a weight that is far on its side
    stops moving further.

    Args:
        weight: floating point (out, ...). A zero counts as positive: there is no third value.

    Raises:
        InputError: the weight is empty, has no dimension, or holds NaN or infinity.

    >>> binarize(torch.tensor([[1.0, -2.0], [0.0, 0.5]]))
    tensor([[ 1.5000, -1.5000],
            [ 0.2500,  0.2500]])
    """
    magnitude = _mean_magnitude(weight)
    return _StraightThrough.apply(weight, torch.where(weight < 0, -magnitude, magnitude))


def ternarize(weight: Tensor) -> Tensor:
    """Weights below 0.7 times their channel's mean magnitude become 0, the others plus or minus their own mean.

    The gradient is that of `binarize`.

    Args:
        weight: floating point (out, ...).

    Raises:
        InputError: as `binarize`.

    >>> ternarize(torch.tensor([[1.0, -2.0, 0.1, 0.0]]))
    tensor([[ 1.5000, -1.5000,  0.0000,  0.0000]])
    """
    large = weight.abs() > _TERNARY_THRESHOLD * _mean_magnitude(weight)
    dims = tuple(range(1, weight.ndim))
    count = large.sum(dims, keepdim=True).clamp_min(1) if dims else 1
    total = (weight.abs() * large).sum(dims, keepdim=True) if dims else weight.abs()
    return _StraightThrough.apply(weight, weight.sign() * large * total / count)


def _mean_magnitude(weight: Tensor) -> Tensor:
    if weight.numel() == 0 or weight.ndim == 0 or not torch.isfinite(weight).all():
        raise InputError(f"weight of shape {tuple(weight.shape)} is empty, a single number, or holds NaN or infinity.")
    dims = tuple(range(1, weight.ndim))
    return weight.detach().abs().mean(dims, keepdim=True) if dims else weight.detach().abs()


class _StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weight: Tensor, value: Tensor) -> Tensor:
        ctx.save_for_backward(weight.abs() <= 1)
        return value.detach().clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (near,) = ctx.saved_tensors
        return gradient * near, None
