"""Movement pruning: what matters is not how large a weight is but whether training makes it larger.

Each weight has a score S that is learned beside it. The layer computes with W' = W * M, where M keeps the largest
scores, and S gets the gradient that M would get ("straight-through"): dL/dS = dL/dW' * W. Gradient descent on S
therefore accumulates

    S = - sum over steps of  learning rate * W * dL/dW',

which grows when descent moves the weight away from zero (W and -dL/dW' of one sign), and shrinks when it moves it
towards zero. A weight that came from pre-training large but useless loses; magnitude would keep it.

Reference: Sanh, Wolf and Rush 2020, "Movement Pruning: Adaptive Sparsity by Fine-Tuning".
"""

from collections.abc import Collection
from typing import Literal

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of, positive, share
from compresslab.errors import InputError
from compresslab.pruning.attached import attach, hidden_weights
from compresslab.pruning.gradual import Schedule, ScheduledMask
from compresslab.pruning.importance import magnitude_scores
from compresslab.pruning.scopes import Scope, require_names


class MovementMask(ScheduledMask):
    """A mask over scores that are trained with the weights.

    >>> schedule = Schedule(start=0, steps=1, every=1, initial=0.0, final=0.5, scope="layer")
    >>> weight = torch.tensor([2.0, 3.0], requires_grad=True)
    >>> mask = MovementMask(torch.tensor([True, True]), schedule, like=weight, scale=1.0)
    >>> mask(weight).sum().backward()
    >>> mask.raw_scores.grad  # the gradient that arrives, times the weight
    tensor([2., 3.])
    """

    def __init__(self, mask: Tensor, schedule: Schedule, *, like: Tensor, scale: float) -> None:
        super().__init__(mask, schedule)
        # One dimension, like a bias: optimizers are told by it what not to decay, and decay would pull scores to zero.
        self.raw_scores = nn.Parameter(torch.zeros_like(like).flatten())
        self.scale = scale

    @property
    def learned(self) -> Tensor:
        """S, in the shape of the weight."""
        return self.scale * self.raw_scores.view(self.mask.shape)

    def forward(self, weight: Tensor) -> Tensor:
        # The difference is zero, but its gradient is S's: the straight-through estimator.
        straight_through = self.learned - self.learned.detach()
        return weight * (self.mask + straight_through)

    def scores(self, weight: Tensor) -> Tensor:
        scores = self.learned.detach()
        return scores.sigmoid() if self.schedule.scope is None else scores


def movement_pruning(
    model: nn.Module,
    *,
    final: float,
    start: int,
    steps: int,
    initial: float = 0.0,
    every: int = 1,
    scope: Scope = "layer",
    mode: Literal["hard", "soft"] = "hard",
    score_scale: float = 1.0,
    protect: Collection[str] = (),
) -> nn.Module:
    """A copy of `model` that learns, while it is fine-tuned, which of its weights to keep.

    Train it with `fit(..., after_step=advance)`, which sets the masks, then call `make_permanent`. Until the first
    step nothing is masked. Masks move with the scores, also after the climb: a masked weight can come back.

    Args:
        model: pre-trained; not modified.
        final, initial: sparsity at the ends of the cubic climb; in "soft" mode the threshold on sigmoid(S).
        start, steps: optimizer steps before the climb, and its length.
        every: steps between two settings of the masks.
        scope: of "hard" mode: whether the scores compete within a layer or globally.
        mode: "hard" keeps the largest scores, to an exact sparsity. "soft" keeps those with sigmoid(S) above the
            threshold (0.5 at the outset), whatever sparsity that makes: add `soft_penalty` to the objective.
        score_scale: S = score_scale * the trained parameter, in place of a learning rate for scores alone. A step
            moves S by its square under SGD, by itself under Adam. The order of scores, all that "hard" mode looks
            at, does not depend on it.
        protect: names that stay whole, such as a new classifier's.

    Raises:
        InputError: a setting is out of its range, or a weight already has a mask.

    >>> from compresslab.pruning.gradual import advance
    >>> model = movement_pruning(nn.Linear(10, 1), final=0.8, start=0, steps=1)
    >>> advance(model)  # after each step of training
    >>> int((model.weight == 0).sum())
    8
    """
    one_of(("hard", "soft"), mode=mode)
    positive(score_scale=score_scale)
    schedule = Schedule(
        start=start, steps=steps, every=every, initial=initial, final=final, scope=scope if mode == "hard" else None
    )
    weights = magnitude_scores(model)
    require_names(protect, weights, argument="protect")
    return attach(
        model,
        {
            name: MovementMask(torch.ones_like(weight, dtype=torch.bool), schedule, like=weight, scale=score_scale)
            for name, weight in weights.items()
            if name not in protect
        },
    )


def movement_scores(model: nn.Module) -> dict[str, Tensor]:
    """The scores S that the model has learned so far, by the names of the weights.

    Raises:
        InputError: the model is not one of `movement_pruning`.

    >>> movement_scores(movement_pruning(nn.Linear(2, 1), final=0.5, start=0, steps=1))  # nothing is learned yet
    {'weight': tensor([[0., 0.]])}
    """
    return {name: mask.learned.detach().clone() for name, mask in _movement_masks(model).items()}


def soft_penalty(model: nn.Module) -> Tensor:
    """The mean of sigmoid(S) over all scores, to be added to the loss with a weight that sets the sparsity.

    Raises:
        InputError: the model is not one of `movement_pruning`.

    >>> soft_penalty(movement_pruning(nn.Linear(2, 1), final=0.5, start=0, steps=1, mode="soft")).item()
    0.5
    """
    scores = [mask.learned for mask in _movement_masks(model).values()]
    total = torch.stack([score.sigmoid().sum() for score in scores]).sum()
    return total / sum(score.numel() for score in scores)


class RunningMagnitude:
    """The exponential mean of each weight's magnitude over training: a weaker criterion, often called movement.

    It smooths the magnitude's noise and nothing else: it never sees a gradient, so a weight on its way from large to
    zero scores high, and one that grows from zero low. Give `update` to `fit` as `after_step`, then prune by `scores`.
    The mean lives here and not in the model: a run resumed from a checkpoint begins it anew.

    Args:
        decay: weight of the past, at least 0 and below 1; the mean looks back about 1 / (1 - decay) steps.

    >>> model, mean = nn.Linear(1, 1, bias=False), RunningMagnitude(decay=0.5)
    >>> for value in (1.0, -3.0):  # `fit(..., after_step=mean.update)` would train it
    ...     _ = nn.init.constant_(model.weight, value)
    ...     mean.update(model)
    >>> mean.scores()["weight"].item()
    2.0
    """

    def __init__(self, decay: float) -> None:
        share(one=False, decay=decay)
        self.decay = decay
        self._mean: dict[str, Tensor] = {}

    def update(self, model: nn.Module) -> None:
        """Take the present weights into the mean; the first ones are its start."""
        for name, magnitude in magnitude_scores(model).items():
            self._mean[name] = torch.lerp(magnitude, self._mean.get(name, magnitude), self.decay)

    def scores(self) -> dict[str, Tensor]:
        """The mean so far."""
        if not self._mean:
            raise InputError("there is no mean yet: call update(model) after each step.")
        return {name: mean.clone() for name, mean in self._mean.items()}


def _movement_masks(model: nn.Module) -> dict[str, MovementMask]:
    masks = {name: mask for name, mask, _ in hidden_weights(model) if isinstance(mask, MovementMask)}
    if not masks:
        raise InputError(f"this {type(model).__name__} has no movement scores: give what movement_pruning returned.")
    return masks
