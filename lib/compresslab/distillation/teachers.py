"""Teachers: frozen, several at once, and one after the other.

References:
    Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network" (ensembles).
    Mirzadeh et al. 2020, "Improved Knowledge Distillation via Teacher Assistant".
    Furlanello et al. 2018, "Born-Again Neural Networks" (self-distillation).
"""

import copy
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import at_least, positive
from compresslab.errors import InputError
from compresslab.modes import evaluating


def frozen(teacher: nn.Module) -> nn.Module:
    """A copy that doesn't learn: evaluation mode, no parameter requires a gradient.

    In training mode its batch-norm statistics would follow the student's data, and its dropout would make the target
    another one in each step. A copy, so that a later change of the original (it is pruned, say) changes no target.

    >>> teacher = nn.Linear(2, 3).train()
    >>> copied = frozen(teacher)
    >>> copied.training, copied.weight.requires_grad, teacher.weight.requires_grad
    (False, False, True)
    """
    return copy.deepcopy(teacher).eval().requires_grad_(False)


def answers(teacher: nn.Module, images: Tensor) -> Tensor:
    """The teacher's logits on a batch: without gradients, in evaluation mode, on the batch's device.

    The teacher is moved to that device, and stays there. A teacher on a device of its own would have the images moved
    instead; that pays where it and the student don't fit together (chapter 09).

    Args:
        teacher: maps images to logits (N, classes).
        images: (N, ...).

    Raises:
        InputError: it doesn't give one finite tensor of logits for each image.

    >>> answers(frozen(nn.Linear(2, 3)), torch.zeros(5, 2)).requires_grad
    False
    """
    with torch.no_grad(), evaluating(teacher):
        logits = teacher.to(images.device)(images)
    if not isinstance(logits, Tensor) or logits.ndim != 2 or len(logits) != len(images):
        found = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise InputError(f"the teacher gave {found} for {len(images)} images: expected logits (N, classes).")
    if logits.isnan().any():
        raise InputError("the teacher's logits hold NaN: a student would learn nothing from them.")
    return logits


def mean_answer(
    logits: Sequence[Tensor], *, weights: Sequence[float] | None = None, temperature: float = 1.0
) -> Tensor:
    """Several teachers' logits as one: their softmax at `temperature` is the weighted mean of the teachers'.

    Means of logits would let a teacher whose logits are ten times as large decide alone; probabilities have one scale.

    Args:
        logits: of each teacher, (N, classes).
        weights: of the teachers, from 0, not all 0; equal ones if None. Only their ratios count.
        temperature: that the mean is taken at, and that the loss must use.

    Returns:
        (N, classes).

    Raises:
        InputError: there is none, shapes differ, or a weight or the temperature is out of its range.

    >>> loud, quiet = torch.tensor([[20.0, 0.0]]), torch.tensor([[0.0, 2.0]])
    >>> mean_answer([loud, quiet]).softmax(dim=1)  # half a vote each
    tensor([[0.5596, 0.4404]])
    """
    positive(temperature=temperature)
    shapes = {tuple(each.shape) for each in logits}
    if len(shapes) != 1:
        raise InputError(f"logits of {len(logits)} teachers have the shapes {sorted(shapes)}: expected one shape.")
    weights = [1.0] * len(logits) if weights is None else list(weights)
    at_least(0, **{f"weights[{i}]": weight for i, weight in enumerate(weights)})
    if len(weights) != len(logits) or sum(weights) == 0:
        raise InputError(f"weights={weights} for {len(logits)} teachers: give one each, not all 0.")
    shares = torch.tensor(weights, dtype=torch.float64) / sum(weights)
    voices = [
        F.log_softmax(each / temperature, dim=1) + share.log().to(each)
        for each, share in zip(logits, shares, strict=True)
    ]
    return temperature * torch.logsumexp(torch.stack(voices), dim=0)


class Ensemble(nn.Module):
    """Teachers that answer as one, by `mean_answer`.

    Args:
        teachers: each maps the same images to logits over the same classes; copied and frozen.
        weights, temperature: of `mean_answer`.

    >>> Ensemble([nn.Linear(2, 3), nn.Linear(2, 3)], temperature=4.0)(torch.zeros(5, 2)).shape
    torch.Size([5, 3])
    """

    def __init__(
        self, teachers: Sequence[nn.Module], *, weights: Sequence[float] | None = None, temperature: float = 1.0
    ) -> None:
        super().__init__()
        mean_answer([torch.zeros(1, 1)] * len(teachers), weights=weights, temperature=temperature)  # bad settings, now
        self.teachers = nn.ModuleList(frozen(teacher) for teacher in teachers)
        self.weights, self.temperature = weights, temperature

    def forward(self, images: Tensor) -> Tensor:
        logits = [teacher(images) for teacher in self.teachers]
        return mean_answer(logits, weights=self.weights, temperature=self.temperature)


def distil_in_turn(
    teacher: nn.Module,
    students: Sequence[nn.Module],
    train: Callable[[nn.Module, nn.Module], nn.Module],
) -> list[nn.Module]:
    """Each student learns from the model before it; the first from `teacher`.

    With students of falling size these are teacher assistants, which bridge a gap in capacity; with students of the
    teacher's own size, the generations of self-distillation.

    Args:
        teacher: of the first.
        students: untrained, in their order.
        train: from (student, its teacher) to the trained student.

    Returns:
        The trained students, the last of which was wanted.

    >>> distil_in_turn("teacher", ["assistant", "student"], lambda student, teacher: f"{student} of {teacher}")
    ['assistant of teacher', 'student of assistant of teacher']
    """
    trained: list[nn.Module] = []
    for student in students:
        teacher = train(student, teacher)
        trained.append(teacher)
    return trained
