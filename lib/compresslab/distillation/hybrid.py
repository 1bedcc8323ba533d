"""Several distillation losses at once, with fixed weights or with weights that are learned along.

Reference: Kendall, Gal and Cipolla 2018, "Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and
Semantics" (learned weights).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from compresslab.arguments import at_least
from compresslab.data import Batch
from compresslab.distillation.features import WithProjectors, captured
from compresslab.distillation.teachers import answers, frozen
from compresslab.errors import InputError


@dataclass(frozen=True)
class Seen:
    """What a student and its teacher say of a batch: all that a term of the loss may use.

    Attributes:
        student_logits, teacher_logits: (N, classes).
        labels: (N,) int64.
        student, teacher: features by the name of their layer.
        projected: the student's features in the teacher's channels, by the name of the student's layer; of a
            `WithProjectors` only.

    >>> Seen(torch.zeros(1, 2), torch.zeros(1, 2), torch.tensor([0])).student
    {}
    """

    student_logits: Tensor
    teacher_logits: Tensor
    labels: Tensor
    student: Mapping[str, Tensor] = field(default_factory=dict)
    teacher: Mapping[str, Tensor] = field(default_factory=dict)
    projected: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """A loss with its weight.

    Attributes:
        name: for messages and charts.
        loss: from what was seen to a scalar.
        weight: that it is multiplied by, from 0.

    Raises:
        InputError: the weight is negative or not finite.

    >>> Term("labels", lambda seen: nn.functional.cross_entropy(seen.student_logits, seen.labels), weight=0.1).weight
    0.1
    """

    name: str
    loss: Callable[[Seen], Tensor]
    weight: float = 1.0

    def __post_init__(self) -> None:
        at_least(0, **{f"weight of {self.name!r}": self.weight})


class AdaptiveWeights(nn.Module):
    """A model and a learned weight for each term of its loss, as one module: what the optimizer gets has both.

    Term i counts exp(-s_i) L_i + s_i, where s_i starts at 0. At the best s_i that is 1 + log L_i: a term weighs in
    inverse proportion to its own value, so none drowns the others by its scale. A term that falls to 0 gets an
    ever larger weight; give such a one a fixed weight instead.

    Args:
        model: a student, or a `WithProjectors`; is part of it, not a copy.
        terms: how many there are.

    Attributes:
        model: take it out after training.
        log_variances: s, (terms,).

    >>> adaptive = AdaptiveWeights(nn.Linear(2, 3), terms=2)
    >>> adaptive.total([torch.tensor(2.0), torch.tensor(5.0)])
    tensor(7., grad_fn=<SumBackward0>)
    """

    def __init__(self, model: nn.Module, *, terms: int) -> None:
        super().__init__()
        self.model = model
        self.log_variances = nn.Parameter(torch.zeros(terms))

    def forward(self, x: Tensor) -> Tensor:
        return self.model(x)

    def total(self, losses: Sequence[Tensor]) -> Tensor:
        """The terms' losses as one.

        Raises:
            InputError: there are others than `terms` losses.
        """
        if len(losses) != len(self.log_variances):
            raise InputError(f"{len(losses)} losses for {len(self.log_variances)} learned weights: give one each.")
        return (torch.exp(-self.log_variances) * torch.stack(list(losses)) + self.log_variances).sum()


def hybrid_objective(
    teacher: nn.Module,
    terms: Sequence[Term],
    *,
    student_layers: Sequence[str] = (),
    teacher_layers: Sequence[str] = (),
) -> Callable[[nn.Module, Batch], tuple[Tensor, Tensor]]:
    """The objective for `training.fit` whose loss is the weighted sum of terms.

    The model that is trained is a student, a `WithProjectors` (whose pairs are captured by themselves), or an
    `AdaptiveWeights` around one of them. One forward pass of each network serves all terms.

    Args:
        teacher: maps images to logits (N, classes); copied and frozen, see `teachers.frozen`.
        terms: at least one with a weight above 0; one with the weight 0 isn't computed.
        student_layers, teacher_layers: whose features the terms read.

    Returns:
        A function of (model, batch) that gives the loss and the student's logits.

    Raises:
        InputError: there is no term, a layer is unknown, or a term gives no scalar.

    >>> from compresslab.distillation.relations import similarity_loss
    >>> terms = [Term("relations", lambda seen: similarity_loss(seen.student["0"], seen.teacher["0"]))]
    >>> teacher = nn.Sequential(nn.Flatten(), nn.Linear(2, 2))
    >>> objective = hybrid_objective(teacher, terms, student_layers=["0"], teacher_layers=["0"])
    >>> batch = Batch(torch.ones(3, 2, 1, 1), labels=torch.zeros(3, dtype=torch.long), ids=torch.arange(3))
    >>> objective(teacher, batch)[0].item()  # both look at the same pixels
    0.0
    """
    active = [term for term in terms if term.weight > 0]
    if not active:
        raise InputError(f"{len(terms)} terms, none with a weight above 0: there is nothing to learn.")
    fixed = frozen(teacher)
    known = dict(fixed.named_modules())
    if unknown := [name for name in teacher_layers if name not in known]:
        raise InputError(f"teacher_layers: the teacher has no layer {unknown[0]!r}: choose from {', '.join(known)}.")

    def objective(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        inner = model.model if isinstance(model, AdaptiveWeights) else model
        pairs = inner.pairs if isinstance(inner, WithProjectors) else ()
        student = inner.student if isinstance(inner, WithProjectors) else inner
        assert isinstance(student, nn.Module)
        mine = dict.fromkeys([*student_layers, *(name for name, _ in pairs)])
        others = dict.fromkeys([*teacher_layers, *(name for _, name in pairs)])
        with captured(fixed, list(others)) as theirs:
            teacher_logits = answers(fixed, batch.images)
        with captured(student, list(mine)) as own:
            logits = student(batch.images)
        projected = inner.projected(own) if isinstance(inner, WithProjectors) else []
        by_layer = {name: tensor for (name, _), tensor in zip(pairs, projected, strict=True)}
        seen = Seen(logits, teacher_logits, batch.labels, own, theirs, by_layer)
        losses = [term.weight * _scalar(term, seen) for term in active]
        total = model.total(losses) if isinstance(model, AdaptiveWeights) else torch.stack(losses).sum()
        return total, logits

    return objective


def _scalar(term: Term, seen: Seen) -> Tensor:
    loss = term.loss(seen)
    if not isinstance(loss, Tensor) or loss.ndim:
        found = tuple(loss.shape) if isinstance(loss, Tensor) else type(loss).__name__
        raise InputError(f"term {term.name!r} gave {found}: a loss is one number, such as a mean over the samples.")
    return loss
