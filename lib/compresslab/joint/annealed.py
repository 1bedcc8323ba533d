"""Masks that begin soft and end hard: a temperature falls, and with it the band of weights that are neither in nor out.

A weight passes with the share

    m = sigmoid((|w| - t) / (T b)),

where t is the threshold of the moment's sparsity, b the weight's mean magnitude and T the temperature. At T = 1 nearly
all weights pass in part, and the loss decides of each at the border whether it grows or shrinks; near T = 0 this is a
step, which has no gradient. At the end of the climb the mask is that step itself, so that what is trained from there on
is what is stored. A soft mask that is merely cut at the end would be another network than the trained one.

References:
    Louizos, Welling and Kingma 2018, "Learning Sparse Neural Networks through L0 Regularization" (gates that anneal).
    Kusupati et al. 2020, "Soft Threshold Weight Reparameterization for Learnable Sparsity".
    Bengio et al. 2013, "Estimating or Propagating Gradients Through Stochastic Neurons" (straight through).
"""

from collections.abc import Collection

import torch
from torch import Tensor, nn

from compresslab.arguments import positive, share
from compresslab.errors import InputError
from compresslab.pruning import Scope
from compresslab.pruning.attached import attach
from compresslab.pruning.gradual import Schedule, ScheduledMask
from compresslab.pruning.importance import magnitude_scores
from compresslab.pruning.scopes import require_names


def annealed_temperature(done: float, *, first: float, last: float) -> float:
    """The temperature after a share of the annealing: it falls by equal factors, first^(1 - done) last^done.

    Args:
        done: share of the steps, 0 to 1.
        first, last: temperatures at the two ends, positive.

    >>> [round(annealed_temperature(done, first=1.0, last=0.01), 3) for done in (0, 0.5, 1)]
    [1.0, 0.1, 0.01]
    """
    share(done=done)
    positive(first=first, last=last)
    return float(first ** (1 - done) * last**done)


class AnnealedMask(ScheduledMask):
    """A mask that is soft until the end of its schedule.

    Args:
        mask: the hard one, which `advance` sets: it says on which side of the border a weight is.
        schedule: of sparsity and temperature alike.
        first, last: temperatures, in mean magnitudes of the weight.
        straight_through: compute with the hard mask from the start, and take the soft one's gradient.

    >>> schedule = Schedule(start=0, steps=1, every=1, initial=0.5, final=0.5, scope="layer")
    >>> mask = AnnealedMask(torch.tensor([False, True]), schedule, first=1.0, last=0.01, straight_through=False)
    >>> mask(torch.tensor([1.0, 3.0]))  # the border is at 2, the mean too: sigmoid(-1/2) and 3 sigmoid(1/2)
    tensor([0.3775, 1.8674])
    >>> schedule.step = 1
    >>> mask(torch.tensor([1.0, 3.0]))
    tensor([0., 3.])
    """

    def __init__(self, mask: Tensor, schedule: Schedule, *, first: float, last: float, straight_through: bool) -> None:
        super().__init__(mask, schedule)
        self.first, self.last, self.straight_through = first, last, straight_through

    @property
    def hard(self) -> bool:
        """Whether the annealing is over."""
        return self.schedule.step >= self.schedule.start + self.schedule.steps

    @property
    def temperature(self) -> float:
        """The temperature of this step."""
        done = (self.schedule.step - self.schedule.start) / self.schedule.steps
        return annealed_temperature(min(1.0, max(0.0, done)), first=self.first, last=self.last)

    def forward(self, weight: Tensor) -> Tensor:
        if self.hard or self.mask.all():
            return super().forward(weight)
        sizes = weight.abs()
        fixed = sizes.detach()
        outside = fixed.masked_fill(self.mask, 0).max()
        inside = fixed.masked_fill(~self.mask, torch.inf).min() if self.mask.any() else outside
        soft = weight * ((sizes - (inside + outside) / 2) / (self.temperature * fixed.mean())).sigmoid()
        return soft + (super().forward(weight) - soft).detach() if self.straight_through else soft

    def scores(self, weight: Tensor) -> Tensor:
        # While it is soft, a weight outside still gets a gradient, and may come back.
        return super().scores(weight) if self.hard else weight.detach().abs()


def annealed_magnitude(
    model: nn.Module,
    *,
    start: int,
    steps: int,
    final: float,
    initial: float = 0.0,
    first: float = 1.0,
    last: float = 0.01,
    straight_through: bool = False,
    scope: Scope = "global",
    protect: Collection[str] = (),
) -> nn.Module:
    """A copy of `model` that is pruned while it is trained, by masks that begin soft and end hard.

    Train it with `fit(..., after_step=advance)`, for some steps longer than `start + steps`, and call `make_permanent`.

    Args:
        model: not modified.
        start, steps, initial, final, scope, protect: as in `gradual_magnitude`; the masks change at every step.
        first, last: temperatures at the start and at the end, in mean magnitudes of a layer's weight.
        straight_through: see `AnnealedMask`.

    Raises:
        InputError: a setting is out of its range, the temperature rises, or a weight already has a mask.

    >>> from compresslab.pruning import advance
    >>> model = annealed_magnitude(nn.Linear(10, 1), start=0, steps=2, final=0.8)
    >>> for _ in range(2):
    ...     advance(model)
    >>> int((model.weight == 0).sum())
    8
    """
    positive(first=first, last=last)
    if last > first:
        raise InputError(f"last={last} is above first={first}: the temperature falls.")
    schedule = Schedule(start=start, steps=steps, every=1, initial=initial, final=final, scope=scope)
    weights = magnitude_scores(model)
    require_names(protect, weights, argument="protect")
    chosen = {name: scores for name, scores in weights.items() if name not in protect}
    masks = schedule.masks(chosen)
    attached = {
        name: AnnealedMask(mask, schedule, first=first, last=last, straight_through=straight_through)
        for name, mask in masks.items()
    }
    return attach(model, attached)
