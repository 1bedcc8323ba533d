"""Which setting for which layer: the least total loss that fits a budget of bytes.

Losses are added up over the layers, as if one layer's compression did nothing to the next. That is an approximation:
measure what it chose, as a whole.

References:
    Kellerer, Pferschy and Pisinger 2004, "Knapsack Problems", chapter 11 (one option from each class).
    Nemhauser and Ullmann 1969, "Discrete Dynamic Programming and Capital Allocation".
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from compresslab.errors import InputError


@dataclass(frozen=True)
class Option:
    """What a layer may become.

    Attributes:
        setting: a sparsity or a number of bits; None leaves the layer as it is.
        size_bytes: what the layer then takes, a whole number.
        loss: what it costs, in any unit that can be added up.

    >>> Option(0.9, size_bytes=120, loss=0.04).size_bytes
    120
    """

    setting: float | None
    size_bytes: int
    loss: float


@dataclass(frozen=True)
class Allocation:
    """An option for each layer.

    Attributes:
        chosen: by layer.
        fixed_bytes: beside the layers' own.

    >>> Allocation({"fc": Option(4, 100, 0.1), "conv": Option(None, 50, 0.0)}, fixed_bytes=10).settings
    {'fc': 4}
    """

    chosen: dict[str, Option]
    fixed_bytes: int

    @property
    def settings(self) -> dict[str, float]:
        """Settings of the layers that are compressed, as a `Technique` takes them."""
        return {layer: one.setting for layer, one in self.chosen.items() if one.setting is not None}

    @property
    def size_bytes(self) -> int:
        """Predicted size: the fixed bytes and the layers'."""
        return self.fixed_bytes + sum(option.size_bytes for option in self.chosen.values())

    @property
    def loss(self) -> float:
        """Predicted loss: the layers', added up."""
        return math.fsum(option.loss for option in self.chosen.values())


Options = Mapping[str, Sequence[Option]]
"""What each layer may become, by its name."""


def allocate_greedily(options: Options, budget_bytes: float, *, fixed_bytes: int = 0) -> Allocation:
    """Start at the least loss, and take the step with the least loss per byte saved until all fits.

    A layer's steps run along the lower convex hull of its options, so that each is dearer than the one before it. At
    the budgets where it stops exactly this is the best allocation; elsewhere the last step may save more than is
    needed, which `allocate_exactly` avoids.

    Args:
        options: at least one for each layer.
        budget_bytes: for all layers and the fixed bytes.
        fixed_bytes: of what isn't compressed.

    Raises:
        InputError: no layer, a layer without options, a size or loss that isn't a number, or a budget below the
            smallest that the options reach, which is named.

    >>> layers = {"a": [Option(None, 80, 0.0), Option(4, 40, 0.1)], "b": [Option(None, 60, 0.0), Option(4, 30, 0.9)]}
    >>> allocate_greedily(layers, budget_bytes=110).settings
    {'a': 4}
    """
    _check(options, budget_bytes, fixed_bytes)
    hulls = {layer: _hull(each) for layer, each in options.items()}
    at = dict.fromkeys(hulls, 0)
    size = fixed_bytes + sum(hull[0].size_bytes for hull in hulls.values())
    order = {layer: number for number, layer in enumerate(hulls)}  # of equal steps the earlier layer's is taken
    steps = [(_slope(*hull[:2]), order[layer], layer) for layer, hull in hulls.items() if len(hull) > 1]
    heapq.heapify(steps)
    while size > budget_bytes:
        _, _, layer = heapq.heappop(steps)
        hull, place = hulls[layer], at[layer] + 1
        at[layer] = place
        size += hull[place].size_bytes - hull[place - 1].size_bytes
        if place + 1 < len(hull):
            heapq.heappush(steps, (_slope(hull[place], hull[place + 1]), order[layer], layer))
    return Allocation({layer: hulls[layer][place] for layer, place in at.items()}, fixed_bytes)


def allocate_exactly(options: Options, budget_bytes: float, *, fixed_bytes: int = 0) -> Allocation:
    """The allocation of the least total loss that fits; of equal ones, the smallest.

    Dynamic programming over the layers: of all partial allocations only those are kept that no other beats in both
    bytes and loss, and that can still become better than the greedy one.

    Args:
        options, budget_bytes, fixed_bytes: as in `allocate_greedily`.

    Raises:
        InputError: see `allocate_greedily`.

    >>> layers = {"a": [Option(None, 80, 0.0), Option(4, 40, 0.1)], "b": [Option(None, 60, 0.0), Option(4, 30, 0.9)]}
    >>> allocate_exactly(layers, budget_bytes=75).settings
    {'a': 4, 'b': 4}
    """
    _check(options, budget_bytes, fixed_bytes)
    greedy = allocate_greedily(options, budget_bytes, fixed_bytes=fixed_bytes)
    room = budget_bytes - fixed_bytes
    names = list(options)
    least_bytes = [min(option.size_bytes for option in options[name]) for name in names]
    least_loss = [min(option.loss for option in options[name]) for name in names]
    # Rounding must not cut off the greedy allocation itself, added up in another order.
    bound = greedy.loss + 1e-9 * sum(max(abs(option.loss) for option in options[name]) for name in names)

    sizes, losses = np.zeros(1, dtype=np.int64), np.zeros(1)
    came_from: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for number, name in enumerate(names):
        each = options[name]
        after_bytes, after_loss = sum(least_bytes[number + 1 :]), math.fsum(least_loss[number + 1 :])
        all_sizes = (sizes[:, None] + np.array([option.size_bytes for option in each])).ravel()
        all_losses = (losses[:, None] + np.array([option.loss for option in each])).ravel()
        order = np.lexsort((all_losses, all_sizes))
        order = order[(all_sizes[order] + after_bytes <= room) & (all_losses[order] + after_loss <= bound)]
        best_before = np.concatenate(([np.inf], np.minimum.accumulate(all_losses[order])[:-1]))
        order = order[all_losses[order] < best_before]
        sizes, losses = all_sizes[order], all_losses[order]
        came_from.append(np.divmod(order, len(each)))
    place = int(losses.argmin())
    chosen: dict[str, Option] = {}
    for name, (parent, option) in zip(reversed(names), reversed(came_from), strict=True):
        chosen[name] = options[name][int(option[place])]
        place = int(parent[place])
    return Allocation({name: chosen[name] for name in names}, fixed_bytes)


def least_bytes(options: Options, *, fixed_bytes: int = 0) -> int:
    """The smallest size that the options reach, whatever it costs.

    >>> least_bytes({"a": [Option(None, 80, 0.0), Option(4, 40, 0.1)]}, fixed_bytes=10)
    50
    """
    return fixed_bytes + sum(min(option.size_bytes for option in each) for each in options.values())


def _hull(options: Sequence[Option]) -> list[Option]:
    """From the least loss to the smallest size, along the lower convex hull of loss over bytes saved."""
    smaller: list[Option] = []
    for option in sorted(options, key=lambda option: (option.loss, option.size_bytes)):
        if smaller and option.size_bytes >= smaller[-1].size_bytes:
            continue
        while len(smaller) > 1 and _slope(smaller[-2], smaller[-1]) >= _slope(smaller[-1], option):
            smaller.pop()
        smaller.append(option)
    return smaller


def _slope(large: Option, small: Option) -> float:
    return (small.loss - large.loss) / (large.size_bytes - small.size_bytes)


def _check(options: Options, budget_bytes: float, fixed_bytes: int) -> None:
    if not options:
        raise InputError("options is empty: give at least one layer.")
    if math.isnan(budget_bytes):
        raise InputError("budget_bytes is NaN: give a number of bytes.")
    for layer, each in options.items():
        if not each:
            raise InputError(f"layer {layer!r} has no option: give at least that it stays as it is.")
        for option in each:
            if not (isinstance(option.size_bytes, Integral) and option.size_bytes >= 0 and math.isfinite(option.loss)):
                raise InputError(
                    f"layer {layer!r} has {option}: give a finite loss, and a whole number of bytes of at least 0."
                )
    least = least_bytes(options, fixed_bytes=fixed_bytes)
    if least > budget_bytes:
        raise InputError(
            f"budget_bytes={budget_bytes:,g} is below {least:,} bytes, the least that these options reach: raise the "
            "budget, or offer stronger settings."
        )
