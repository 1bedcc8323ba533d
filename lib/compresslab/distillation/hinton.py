"""Knowledge distillation on softened outputs.

Reference: Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network".
"""

import copy
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import positive, share
from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.modes import evaluating

_ALPHA = "0 is labels only, 1 teacher only"


def soft_targets(logits: Tensor, temperature: float) -> Tensor:
    """softmax(logits / temperature): the higher the temperature, the more the small probabilities show.

    Args:
        logits: (N, classes).
        temperature: above 0; 1 gives the plain softmax.

    Returns:
        (N, classes) probabilities.

    Raises:
        InputError: the temperature is not a positive, finite number.

    >>> logits = torch.tensor([[4.0, 1.0]]).log()  # odds of 4 to 1, which temperature 2 makes 2 to 1
    >>> soft_targets(logits, temperature=2)
    tensor([[0.6667, 0.3333]])
    """
    positive(temperature=temperature)
    return F.softmax(logits / temperature, dim=1)


def distillation_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    labels: Tensor,
    *,
    temperature: float = 4.0,
    alpha: float = 0.9,
) -> Tensor:
    """alpha * T^2 * KL(teacher || student at temperature T) + (1 - alpha) * cross-entropy(student, labels).

    Here `alpha` weighs the soft term; some papers let it weigh the labels. The gradient of the KL term shrinks
    with 1/T^2, so T^2 keeps the balance of the two terms when the temperature changes.

    Args:
        student_logits, teacher_logits: (N, classes). A class at minus infinity in the teacher's has probability 0.
        labels: (N,) int64; -100 marks a sample without a label, which learns from the teacher alone.
        temperature: T, above 0.
        alpha: 0 (labels only) to 1 (teacher only).

    Returns:
        The loss in nats: the mean over all N samples in both terms, so that a missing label doesn't change what the
        others weigh. Leave out what must not count at all, such as padding, before the call.

    Raises:
        InputError: shapes differ or are others, or a setting is out of its range.

    >>> teacher, labels = torch.tensor([[2.0, 0.0]]), torch.tensor([0])
    >>> float(distillation_loss(teacher, teacher, labels, alpha=1.0))
    0.0
    """
    positive(temperature=temperature)
    share(alpha=alpha, hint=_ALPHA)
    if student_logits.ndim != 2 or labels.shape != student_logits.shape[:1] or not len(labels):
        raise InputError(
            f"student_logits has shape {tuple(student_logits.shape)} and labels {tuple(labels.shape)}: expected "
            "(N, classes) and (N,) with N at least 1. Flatten pixels or tokens into N, classes last."
        )
    if student_logits.shape != teacher_logits.shape:
        raise InputError(
            f"student_logits has shape {tuple(student_logits.shape)} and teacher_logits "
            f"{tuple(teacher_logits.shape)}: they must be answers to the same samples over the same classes."
        )
    student_logits, teacher_logits = _widen(student_logits), _widen(teacher_logits)
    # Both sides as logarithms: log(softmax(x)) underflows to minus infinity where log_softmax does not.
    log_student = F.log_softmax(student_logits / temperature, dim=1)
    log_teacher = F.log_softmax(teacher_logits / temperature, dim=1)
    possible = log_teacher > -torch.inf  # 0 log 0 is 0; F.kl_div gives NaN where both are minus infinity
    ratio = torch.where(possible, log_teacher, 0.0) - torch.where(possible, log_student, 0.0)
    soft = (log_teacher.exp() * ratio).sum() / len(labels)  # over samples; not over classes too, as 'mean' would
    hard = F.cross_entropy(student_logits, labels, reduction="sum") / len(labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard


def distillation_objective(
    teacher: nn.Module, *, temperature: float = 4.0, alpha: float = 0.9
) -> Callable[[nn.Module, Batch], tuple[Tensor, Tensor]]:
    """The objective for `training.fit` that distils `teacher` into the model being trained.

    The teacher is copied once, frozen and kept in evaluation mode: its batch-norm statistics must not follow the
    student's data, and a later change of the original must not change the target.

    Args:
        teacher: maps images to logits (N, classes), of the student's classes; not modified.
        temperature, alpha: of `distillation_loss`.

    Returns:
        A function of (student, batch) that gives the loss in nats and the student's logits.

    Raises:
        InputError: a setting is out of its range.

    >>> teacher, student = nn.Flatten(), nn.Flatten()  # their logits are the two pixels
    >>> batch = Batch(torch.zeros(1, 2, 1, 1), labels=torch.tensor([0]), ids=torch.tensor([0]))
    >>> loss, _ = distillation_objective(teacher, alpha=1.0)(student, batch)
    >>> loss  # the student gives its teacher's answers
    tensor(0.)
    """
    positive(temperature=temperature)
    share(alpha=alpha, hint=_ALPHA)
    frozen = copy.deepcopy(teacher).eval().requires_grad_(False)

    def objective(student: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        with torch.no_grad(), evaluating(frozen):
            teacher_logits = frozen.to(batch.images.device)(batch.images)
        logits = student(batch.images)
        loss = distillation_loss(logits, teacher_logits, batch.labels, temperature=temperature, alpha=alpha)
        return loss, logits

    return objective


def _widen(logits: Tensor) -> Tensor:
    """Half-precision logits (from autocast) in float32: their logarithms need the digits."""
    return logits.float() if logits.dtype in (torch.float16, torch.bfloat16) else logits
