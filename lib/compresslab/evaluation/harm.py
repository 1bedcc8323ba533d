"""Who pays for the compression: the change of each class or group, and whether it is more than that of the others.

References:
    Hooker et al. 2020, "Characterising Bias in Compressed Models".
    Zou and Donner 2008, "Construction of Confidence Limits About Effect Measures" (the interval of the excess).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor

from compresslab.errors import InputError
from compresslab.evaluation.inputs import check_level, paired_booleans
from compresslab.evaluation.intervals import Difference, Interval
from compresslab.evaluation.paired import accuracy_change, likeness


@dataclass(frozen=True)
class GroupHarm:
    """What compression did to one group of samples.

    Attributes:
        name: of the group.
        n: samples.
        sources: of which those are made; `n` where every sample stands for itself.
        original_accuracy, compressed_accuracy: shares, 0 to 1.
        fixed, broken: samples that only the compressed model, or only the original, gets right.
        change: compressed less original, in percentage points, negative where the group is hurt.
        excess: `change` less that of all other samples, in points: the disparate impact. Negative where the group pays
            more than the others.

    >>> interval = Interval(-9.0, -1.0, 0.95)
    >>> change = Difference(-5.0, interval, n=200, groups=200)
    >>> GroupHarm("cat", 200, 200, 0.90, 0.85, 2, 12, change, Excess(-4.0, interval)).hurt_more
    True
    """

    name: str
    n: int
    sources: int
    original_accuracy: float
    compressed_accuracy: float
    fixed: int
    broken: int
    change: Difference
    excess: "Excess"

    @property
    def hurt(self) -> bool:
        """Whether the group's accuracy fell, by more than chance explains."""
        return self.change.interval.high < 0

    @property
    def hurt_more(self) -> bool:
        """Whether it fell by more than that of the others, by more than chance explains."""
        return self.excess.interval.high < 0


@dataclass(frozen=True)
class Excess:
    """How much more a group's accuracy changed than that of all others, in percentage points.

    >>> 0 in Excess(points=-4.0, interval=Interval(-9.0, 1.0, 0.95)).interval
    True
    """

    points: float
    interval: Interval


def harm_by_group(
    original_correct: ArrayLike | Tensor,
    compressed_correct: ArrayLike | Tensor,
    group: ArrayLike | Tensor,
    sources: ArrayLike | Tensor | None = None,
    *,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    simultaneous: bool = True,
) -> tuple[GroupHarm, ...]:
    """The change in accuracy of every group, each with its interval.

    Among ten groups the worst looks bad by chance alone. With `simultaneous` each interval is so wide (Bonferroni) that
    all of them together hold with `level`, and the worst may be picked afterwards. How alike the samples of a source
    change is estimated from all samples: those of a group may be too few for it.

    Args:
        original_correct, compressed_correct: booleans (n,), whether each model was right; same samples, same order.
        group: (n,) whole numbers, the group of each sample, such as its label.
        sources: (n,) the source that a sample is made of; None where samples are independent.
        names: of groups 0, 1 and so on; None calls them by their numbers.
        level: coverage.
        simultaneous: whether of all intervals of a kind together, or of each alone.

    Returns:
        One for each group, in the order of their numbers.

    Raises:
        InputError: lengths differ, a group of `names` has no sample, there is one group only, or a number has no name.

    >>> right, group = [True] * 800, [0] * 400 + [1] * 400
    >>> pruned = [True] * 400 + [False] * 20 + [True] * 380
    >>> for found in harm_by_group(right, pruned, group, names=["day", "night"]):
    ...     print(found.name, found.change.points, found.excess.points, found.hurt_more)
    day 0.0 5.0 False
    night -5.0 -5.0 True
    """
    before, after = paired_booleans(("original_correct", "compressed_correct"), original_correct, compressed_correct)
    check_level(level)
    member = np.asarray(group)
    if member.shape != before.shape or not np.issubdtype(member.dtype, np.integer):
        kind = f"{member.dtype} {member.shape}"
        raise InputError(f"group is {kind} for {len(before)} samples: give each a whole number, such as its label.")
    owner = np.arange(len(before)) if sources is None else np.asarray(sources)
    if owner.shape != before.shape:
        raise InputError(f"sources has shape {owner.shape} for {len(before)} samples: give one a sample.")
    keys = _keys(member, names)
    each = 1 - (1 - level) / len(keys) if simultaneous else level
    alike = likeness(before, after, owner)
    found = []
    for key in keys:
        inside = member == key
        own, rest = (
            accuracy_change(before[part], after[part], owner[part], level=each, alike=alike)
            for part in (inside, ~inside)
        )
        found.append(
            GroupHarm(
                name=str(key) if names is None else names[key],
                n=int(inside.sum()),
                sources=own.groups,
                original_accuracy=float(before[inside].mean()),
                compressed_accuracy=float(after[inside].mean()),
                fixed=int((after & ~before & inside).sum()),
                broken=int((before & ~after & inside).sum()),
                change=own,
                excess=_less(own, rest),
            )
        )
    return tuple(found)


def worst_group(groups: Sequence[GroupHarm]) -> GroupHarm:
    """The group whose accuracy fell most; of equals the one with more samples, which says more.

    Raises:
        InputError: there is no group.

    >>> found = harm_by_group([True] * 4, [True, True, False, True], [0, 0, 1, 1])
    >>> worst_group(found).name
    '1'
    """
    if not groups:
        raise InputError("there is no group: give those that harm_by_group found.")
    return min(groups, key=lambda group: (group.change.points, -group.n))


def _keys(member: np.ndarray, names: Sequence[str] | None) -> list[int]:
    keys = np.unique(member).tolist()
    if names is not None:
        if keys[0] < 0 or keys[-1] >= len(names):
            raise InputError(f"groups run from {keys[0]} to {keys[-1]}, but there are names for 0 to {len(names) - 1}.")
        if empty := sorted(set(range(len(names))) - set(keys)):
            raise InputError(f"the group {names[empty[0]]!r} has no sample: nothing can be said of it; leave it out.")
    if len(keys) < 2:
        raise InputError("all samples are of one group: there is nothing to compare it with.")
    return keys


def _less(own: Difference, rest: Difference) -> Excess:
    """Own change less the rest's. Where both share sources, which go up and down together, it is wider than due."""
    points = own.points - rest.points
    low = points - math.hypot(own.points - own.interval.low, rest.interval.high - rest.points)
    high = points + math.hypot(own.interval.high - own.points, rest.points - rest.interval.low)
    return Excess(points, Interval(low, high, own.interval.level))
