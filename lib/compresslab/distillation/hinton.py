"""Knowledge distillation on softened outputs.

Reference: Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network".
"""

import copy
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.data import Batch
from compresslab.errors import InputError


def soft_targets(logits: Tensor, temperature: float) -> Tensor:
    """softmax(logits / temperature): the higher the temperature, the more the small probabilities show.

    Args:
        logits: (N, classes).
        temperature: above 0; 1 gives the plain softmax.

    Returns:
        (N, classes) probabilities.
    """
    _check_temperature(temperature)
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
        student_logits, teacher_logits: (N, classes).
        labels: (N,) int64.
        temperature: T, above 0.
        alpha: 0 (labels only) to 1 (teacher only).

    Returns:
        The loss in nats, averaged over samples in both terms.

    Raises:
        InputError: shapes differ, or a setting is out of its range.
    """
    _check_temperature(temperature)
    if not 0 <= alpha <= 1:
        raise InputError(f"alpha={alpha} is not between 0 (labels only) and 1 (teacher only).")
    if student_logits.shape != teacher_logits.shape:
        raise InputError(
            f"student_logits has shape {tuple(student_logits.shape)} and teacher_logits "
            f"{tuple(teacher_logits.shape)}: they must be answers to the same samples over the same classes."
        )
    student_logits, teacher_logits = _widen(student_logits), _widen(teacher_logits)
    # Both sides as logarithms: log(softmax(x)) underflows to minus infinity where log_softmax does not.
    soft = F.kl_div(
        F.log_softmax(student_logits / temperature, dim=1),
        F.log_softmax(teacher_logits / temperature, dim=1),
        reduction="batchmean",  # 'mean' would divide by the number of classes too
        log_target=True,
    )
    return alpha * temperature**2 * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)


def distillation_objective(
    teacher: nn.Module, *, temperature: float = 4.0, alpha: float = 0.9
) -> Callable[[nn.Module, Batch], tuple[Tensor, Tensor]]:
    """The objective for `training.fit` that distils `teacher` into the model being trained.

    The teacher is copied once, frozen and kept in evaluation mode: its batch-norm statistics must not follow the
    student's data, and a later change of the original must not change the target.
    """
    frozen = copy.deepcopy(teacher).eval().requires_grad_(False)

    def objective(student: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            teacher_logits = frozen.to(batch.images.device)(batch.images)
        logits = student(batch.images)
        loss = distillation_loss(logits, teacher_logits, batch.labels, temperature=temperature, alpha=alpha)
        return loss, logits

    return objective


def _widen(logits: Tensor) -> Tensor:
    """Half-precision logits (from autocast) in float32: their logarithms need the digits."""
    return logits.float() if logits.dtype in (torch.float16, torch.bfloat16) else logits


def _check_temperature(temperature: float) -> None:
    if not (math.isfinite(temperature) and temperature > 0):
        raise InputError(f"temperature={temperature} must be a positive number.")
