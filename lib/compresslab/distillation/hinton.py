"""Knowledge distillation on softened outputs.

Reference: Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network".
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import at_least, one_of, positive, share
from compresslab.data import Batch
from compresslab.distillation.teachers import answers, frozen
from compresslab.errors import InputError

_ALPHA = "0 is labels only, 1 teacher only"
CONVENTIONS = ("teacher", "labels", "added")


def as_alpha(value: float, *, convention: str) -> tuple[float, float]:
    """A paper's weight, in this library's convention: alpha on the soft term, 1 - alpha on the labels.

    Args:
        value: the weight that the paper gives.
        convention: what it weighs there. "teacher": the soft term, 1 - value the labels, as here. "labels": the labels,
            1 - value the soft term. "added": the soft term, beside labels with the weight 1.

    Returns:
        alpha, and the factor by which the paper's loss is larger than this library's with that alpha; a learning rate
        of SGD without weight decay that many times as large makes the same steps. Both take the soft term with T^2:
        where a paper leaves T^2 out, multiply its weight of the soft term by 1 / T^2 first.

    Raises:
        InputError: the convention is not known, or the value is out of its range.

    >>> as_alpha(0.1, convention="labels")
    (0.9, 1.0)
    >>> as_alpha(4.0, convention="added")
    (0.8, 5.0)
    """
    one_of(CONVENTIONS, convention=convention)
    if convention == "added":
        at_least(0, value=value)
        return value / (1 + value), 1 + value
    share(value=value, hint=f"the weight of the {'labels' if convention == 'labels' else 'soft term'}")
    return (1 - value if convention == "labels" else value), 1.0


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
    check_logits(student_logits, teacher_logits, labels)
    student_logits, teacher_logits = widen(student_logits), widen(teacher_logits)
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
    fixed = frozen(teacher)

    def objective(student: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        teacher_logits = answers(fixed, batch.images)
        logits = student(batch.images)
        loss = distillation_loss(logits, teacher_logits, batch.labels, temperature=temperature, alpha=alpha)
        return loss, logits

    return objective


def check_logits(student_logits: Tensor, teacher_logits: Tensor, labels: Tensor) -> None:
    """Raise unless both models answered the same labelled samples over the same classes.

    Raises:
        InputError: the logits aren't (N, classes) and the labels (N,) of the same N, at least 1, and the same classes.

    >>> check_logits(torch.zeros(2, 3), torch.zeros(2, 4), torch.zeros(2))
    Traceback (most recent call last):
    compresslab.errors.InputError: student_logits has shape (2, 3) and teacher_logits (2, 4): they must be answers ...
    """
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


def widen(logits: Tensor) -> Tensor:
    """Half-precision logits (from autocast) in float32: their logarithms need the digits. Others as they are.

    >>> widen(torch.ones(2, dtype=torch.bfloat16)).dtype
    torch.float32
    """
    return logits.float() if logits.dtype in (torch.float16, torch.bfloat16) else logits
