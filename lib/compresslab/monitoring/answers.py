"""What a model's own answers say before any label comes: how confident it is, and which classes it names.

Neither is its accuracy. A model can be confidently wrong on images of a new kind, and the classes may change because
the world did. They say when to look, and which labels to ask for.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from compresslab.errors import InputError
from compresslab.monitoring.drift import Drift, category_drift, kolmogorov_smirnov


@dataclass(frozen=True)
class AnswerShift:
    """How answers changed.

    Attributes:
        confidence_reference, confidence_current: mean of the largest probability.
        confidence: Kolmogorov-Smirnov test of its distribution.
        classes: total variation distance between the mixes of named classes.
        mix_reference, mix_current: share of each class among the answers.

    >>> logits = torch.tensor([[2.0, 0.0], [0.0, 2.0]]).repeat(50, 1)
    >>> answer_shift(logits, logits[::2]).classes.value
    0.5
    """

    confidence_reference: float
    confidence_current: float
    confidence: Drift
    classes: Drift
    mix_reference: tuple[float, ...]
    mix_current: tuple[float, ...]


def answer_shift(reference_logits: Tensor, current_logits: Tensor) -> AnswerShift:
    """Compare the answers of a reference time with those of now.

    Args:
        reference_logits, current_logits: (n, classes) and (m, classes), finite.

    Raises:
        InputError: logits that are not finite, of other shapes, or of different numbers of classes.

    >>> logits = torch.randn(200, 4)
    >>> answer_shift(logits, logits).confidence.value
    0.0
    """
    for name, logits in (("reference", reference_logits), ("current", current_logits)):
        if logits.ndim != 2 or len(logits) == 0 or logits.shape[1] < 2 or not logits.is_floating_point():
            raise InputError(
                f"{name}_logits are {logits.dtype} {tuple(logits.shape)}: expected (n, classes), n at least 1."
            )
        if not logits.isfinite().all():
            raise InputError(f"{name}_logits hold NaN or infinity: the model that gave them is broken.")
    classes = reference_logits.shape[1]
    if current_logits.shape[1] != classes:
        raise InputError(f"logits of {classes} and of {current_logits.shape[1]} classes: they come from two models.")
    confident, named = [], []
    for logits in (reference_logits, current_logits):
        likeliest = logits.detach().double().softmax(1).max(1)
        confident.append(likeliest.values)
        named.append(likeliest.indices)
    mixes = [tuple((torch.bincount(each, minlength=classes) / len(each)).tolist()) for each in named]
    then, now = confident
    return AnswerShift(
        confidence_reference=float(then.mean()),
        confidence_current=float(now.mean()),
        confidence=kolmogorov_smirnov(then.numpy(), now.numpy()),
        classes=category_drift(named[0].numpy(), named[1].numpy(), categories=classes),
        mix_reference=mixes[0],
        mix_current=mixes[1],
    )
