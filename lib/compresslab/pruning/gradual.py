"""Pruning while training: masks that follow a schedule, step by step, and are saved with the model.

The schedule and its position are part of the model's state, so that a run that was interrupted goes on where it was.
"""

from collections.abc import Collection

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.pruning.attached import WeightMask, attach, hidden_weights
from compresslab.pruning.importance import magnitude_scores
from compresslab.pruning.schedules import cubic_sparsity, require_climb
from compresslab.pruning.scopes import Scope, Scores, masks_from_scores, require_names, require_scope


class Schedule(nn.Module):
    """The steps done, and what the masks do next; one for all masks of a model.

    Args:
        start, steps, initial, final: of the climb; see `cubic_sparsity`.
        every: steps from one update of the masks to the next.
        scope: how scores compete for the sparsity of the moment; None compares each with that value itself.

    Raises:
        InputError: a setting is out of its range.

    >>> schedule = Schedule(start=0, steps=10, every=5, initial=0.0, final=0.8, scope="global")
    >>> schedule.step = 5
    >>> schedule.due, round(schedule.value, 3)  # half way: 0.8 * (1 - 0.5 ** 3)
    (True, 0.7)
    """

    def __init__(
        self, *, start: int, steps: int, every: int, initial: float, final: float, scope: Scope | None
    ) -> None:
        super().__init__()
        require_climb(start=start, steps=steps, initial=initial, final=final)
        whole(every=every)
        if scope is not None:
            require_scope(scope)
        self.start, self.steps, self.every, self.initial, self.final = start, steps, every, initial, final
        self.scope = scope
        self.step = 0

    @property
    def value(self) -> float:
        """Where the climb stands now: a sparsity, or a threshold."""
        return cubic_sparsity(self.step, start=self.start, steps=self.steps, initial=self.initial, final=self.final)

    @property
    def due(self) -> bool:
        """Whether the masks change at this step: every so often from `start` on, and at the end of the climb."""
        return (self.step - self.start) % self.every == 0 or self.step == self.start + self.steps

    def masks(self, scores: Scores) -> dict[str, Tensor]:
        """The masks of this step."""
        if self.scope is None:
            return {name: score > self.value for name, score in scores.items()}
        return masks_from_scores(scores, sparsity=self.value, scope=self.scope)

    def get_extra_state(self) -> Tensor:
        """The steps done, then the settings, so that another run's state is recognised."""
        return torch.tensor([self.step, *self._settings()], dtype=torch.float64)

    def set_extra_state(self, state: Tensor) -> None:
        step, *settings = state.tolist()
        if settings != self._settings():
            raise InputError(
                f"this state is of a schedule with (start, steps, every, initial, final) = {tuple(settings)}, "
                f"the model's has {tuple(self._settings())}: give both the same."
            )
        self.step = int(step)

    def _settings(self) -> list[float]:
        return [self.start, self.steps, self.every, self.initial, self.final]


class ScheduledMask(WeightMask):
    """A mask that `advance` sets: to the weights of the largest magnitude among those not yet masked.

    >>> schedule = Schedule(start=0, steps=10, every=5, initial=0.0, final=0.8, scope="global")
    >>> ScheduledMask(torch.tensor([True, False]), schedule).scores(torch.tensor([-2.0, 3.0]))
    tensor([2., -inf])
    """

    def __init__(self, mask: Tensor, schedule: Schedule) -> None:
        super().__init__(mask)
        self.schedule = schedule

    def scores(self, weight: Tensor) -> Tensor:
        """The present score of each weight; larger means keep."""
        # A masked weight no longer learns, so its magnitude says nothing: it stays masked.
        return weight.detach().abs().masked_fill(~self.mask, -torch.inf)


def gradual_magnitude(
    model: nn.Module,
    *,
    start: int,
    steps: int,
    every: int,
    final: float,
    initial: float = 0.0,
    scope: Scope = "global",
    protect: Collection[str] = (),
) -> nn.Module:
    """A copy of `model` that is pruned by magnitude while it is trained, on a cubic schedule.

    Train it with `fit(..., after_step=advance)`, then call `make_permanent`. Choose `start + steps` well before the
    last step, so that the network can recover; and no `patience`, which may give back an epoch that is less sparse.

    Args:
        model: not modified.
        start: optimizer steps before pruning begins.
        steps: from there to the final sparsity.
        every: steps between two prunings.
        final, initial: sparsity after and before.
        scope: whether the weights compete globally or within a layer.
        protect: names that stay whole and are not counted.

    Raises:
        InputError: a setting is out of its range, or a weight already has a mask.

    Reference: Zhu and Gupta 2017, "To prune, or not to prune".

    >>> model = gradual_magnitude(nn.Linear(10, 1), start=0, steps=4, every=1, final=0.8)
    >>> for _ in range(4):  # after each step of training
    ...     advance(model)
    >>> int((model.weight == 0).sum())
    8
    """
    schedule = Schedule(start=start, steps=steps, every=every, initial=initial, final=final, scope=scope)
    weights = magnitude_scores(model)
    require_names(protect, weights, argument="protect")
    pruned = attach(
        model,
        {
            name: ScheduledMask(torch.ones_like(weight, dtype=torch.bool), schedule)
            for name, weight in weights.items()
            if name not in protect
        },
    )
    _set_masks(pruned, schedule)
    return pruned


def advance(model: nn.Module) -> None:
    """Count an optimizer step in the model's schedules, and set the masks that are due: `fit(..., after_step=advance)`.

    Raises:
        InputError: the model has no schedule.

    >>> model = gradual_magnitude(nn.Linear(10, 1), start=0, steps=1, every=1, final=0.5)
    >>> advance(model)
    >>> int((model.weight == 0).sum())
    5
    """
    schedules = [module for module in model.modules() if isinstance(module, Schedule)]
    if not schedules:
        raise InputError(
            f"this {type(model).__name__} has no schedule to advance: give fit what gradual_magnitude or "
            f"movement_pruning returned."
        )
    for schedule in schedules:
        schedule.step += 1
        if schedule.due:
            _set_masks(model, schedule)


def _set_masks(model: nn.Module, schedule: Schedule) -> None:
    layers = {
        name: (mask, weight)
        for name, mask, weight in hidden_weights(model)
        if isinstance(mask, ScheduledMask) and mask.schedule is schedule
    }
    masks = schedule.masks({name: mask.scores(weight) for name, (mask, weight) in layers.items()})
    for name, (mask, _) in layers.items():
        mask.mask.copy_(masks[name])
