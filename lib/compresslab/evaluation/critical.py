"""Critical failures: what the original got right and the compressed model gets wrong without a doubt.

A threshold on confidence is what most systems use to hand a case to a person. These are the cases that slip through.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from compresslab.arguments import share
from compresslab.evaluation.inputs import check_labels, check_logits


@dataclass(frozen=True)
class CriticalFailure:
    """One sample.

    Attributes:
        index: its position.
        label: the right class.
        answer: the compressed model's class.
        original_confidence: probability that the original gave the right class, 0 to 1.
        compressed_confidence: probability that the compressed model gives its own answer, 0 to 1.

    >>> failure = CriticalFailure(17, label=4, answer=9, original_confidence=0.97, compressed_confidence=0.92)
    >>> failure.answer == failure.label
    False
    """

    index: int
    label: int
    answer: int
    original_confidence: float
    compressed_confidence: float


def critical_failures(
    original_logits: Tensor, compressed_logits: Tensor, labels: Tensor, *, confidence: float = 0.8
) -> tuple[CriticalFailure, ...]:
    """Samples that broke, and that the compressed model is sure of: the surest first.

    Args:
        original_logits, compressed_logits: (n, classes), same samples in the same order.
        labels: (n,) int64.
        confidence: from which an answer is acted on, 0 to 1; 0 gives every broken sample.

    Raises:
        InputError: the shapes don't fit, there is no sample, a value is not finite, a label is no class, or
            `confidence` is out of its range.

    >>> original = torch.tensor([[4.0, 0.0], [4.0, 0.0]])
    >>> compressed = torch.tensor([[0.0, 4.0], [0.0, 0.1]])
    >>> [failure.index for failure in critical_failures(original, compressed, torch.tensor([0, 0]))]
    [0]
    """
    share(confidence=confidence)
    check_logits(original_logits, compressed_logits)
    check_labels(original_logits, labels)
    was, now = original_logits.argmax(1), compressed_logits.argmax(1)
    was_sure, is_sure = (logits.double().softmax(1).amax(1) for logits in (original_logits, compressed_logits))
    found = torch.nonzero((was == labels) & (now != labels) & (is_sure >= confidence)).flatten()
    found = found[is_sure[found].argsort(descending=True, stable=True)]
    return tuple(
        CriticalFailure(i, int(labels[i]), int(now[i]), float(was_sure[i]), float(is_sure[i])) for i in found.tolist()
    )
