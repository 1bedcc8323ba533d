"""Decoupled knowledge distillation: the soft loss, split into what it says of the label and of all other classes.

With p the teacher's probability of the label (at temperature T), the soft loss of Hinton et al. is

    KL(teacher || student) = KL of label against the rest + (1 - p) KL among the other classes.

The factor 1 - p hides what a confident teacher knows of the other classes; here both parts have weights of their own.

Reference: Zhao et al. 2022, "Decoupled Knowledge Distillation".
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from compresslab.arguments import at_least, positive
from compresslab.distillation.hinton import check_logits, widen
from compresslab.errors import InputError


def decoupled_parts(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float = 4.0
) -> tuple[Tensor, Tensor]:
    """Of each sample: KL of label against the rest, and KL among the other classes.

    Args:
        student_logits, teacher_logits: (N, classes), finite, of at least two classes.
        labels: (N,) int64, each of a class.
        temperature: T, above 0.

    Returns:
        Two tensors (N,), in nats, without the factor T^2.

    Raises:
        InputError: shapes differ or are others, a label is no class, or the temperature isn't above 0.

    >>> teacher, labels = torch.tensor([[2.0, 1.0, 0.0]]), torch.tensor([0])
    >>> student = torch.tensor([[2.0, 0.0, 1.0]])  # as sure of the label, but the others are exchanged
    >>> label, others = decoupled_parts(student, teacher, labels, temperature=1.0)
    >>> label.item(), round(others.item(), 3)
    (0.0, 0.462)
    """
    positive(temperature=temperature)
    check_logits(student_logits, teacher_logits, labels)
    classes = student_logits.shape[1]
    if classes < 2 or not bool(((labels >= 0) & (labels < classes)).all()):
        raise InputError(f"labels go from {int(labels.min())} to {int(labels.max())}: expected 0 to {classes - 1}.")
    is_label = F.one_hot(labels, classes).bool()
    student, teacher = (_split(widen(logits) / temperature, is_label) for logits in (student_logits, teacher_logits))
    return _kl(teacher[0], student[0]), _kl(teacher[1], student[1])


def decoupled_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    labels: Tensor,
    *,
    temperature: float = 4.0,
    label_weight: float = 1.0,
    others_weight: float = 8.0,
) -> Tensor:
    """T^2 (label_weight * KL of label against the rest + others_weight * KL among the others), the mean over samples.

    The cross-entropy on the labels is not in it: add it with a weight of your own.

    Args:
        student_logits, teacher_logits, labels, temperature: see `decoupled_parts`.
        label_weight, others_weight: alpha and beta of the paper, from 0.

    >>> logits, labels = torch.randn(4, 3), torch.tensor([0, 1, 2, 0])
    >>> float(decoupled_loss(logits, logits, labels))
    0.0
    """
    at_least(0, label_weight=label_weight, others_weight=others_weight)
    label, others = decoupled_parts(student_logits, teacher_logits, labels, temperature=temperature)
    return temperature**2 * (label_weight * label + others_weight * others).mean()


def _split(logits: Tensor, is_label: Tensor) -> tuple[Tensor, Tensor]:
    """Logarithms of [p, 1 - p] of the label, (N, 2), and of the others' probabilities among themselves, (N, classes-1).

    1 - p as a sum of the others' exponentials: for a sure teacher, 1 minus p in floating point would be 0.
    """
    others = logits[~is_label].view(len(logits), -1)
    of_others = others.logsumexp(dim=1)
    pair = torch.stack([logits[is_label], of_others], dim=1)
    return F.log_softmax(pair, dim=1), F.log_softmax(others, dim=1)


def _kl(log_teacher: Tensor, log_student: Tensor) -> Tensor:
    return (log_teacher.exp() * (log_teacher - log_student)).sum(dim=1)
