"""The interval of a change in accuracy that holds for small groups too, and where hardly a sample changed.

A bootstrap of three samples that both models get right says [0, 0]: it can't draw what it has not seen. Tango's score
interval asks instead which true changes would make the observed counts unlikely, and says [-56, 56] points.

References:
    Tango 1998, "Equivalence Test and Confidence Interval for the Difference in Proportions for the Paired-Sample
    Design".
    Rao and Scott 1992, "A Simple Method for the Analysis of Clustered Binary Data" (the effective number of samples).
"""

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from compresslab.arguments import at_least, positive, share
from compresslab.errors import InputError
from compresslab.evaluation.inputs import check_level, paired_booleans, per_group
from compresslab.evaluation.intervals import Difference, Interval

_FEW = 10  # sources, from which the variance between them is too rough an estimate to be used
_HALVINGS = 60


def accuracy_change(
    original_correct: ArrayLike | Tensor,
    compressed_correct: ArrayLike | Tensor,
    groups: ArrayLike | Tensor | None = None,
    *,
    level: float = 0.95,
    alike: float | None = None,
) -> Difference:
    """Accuracy of the compressed model less the original's, on the same samples, with Tango's score interval.

    Where samples share a source, their number is divided by the design effect: how much more the change varies between
    sources than it would if all samples were independent.

    Args:
        original_correct, compressed_correct: booleans (n,), whether each model was right; same samples, same order.
        groups: (n,) the source of each sample; None where samples are independent.
        level: coverage of the interval.
        alike: `likeness` of a larger set that these samples are a part of, and from which it is known better; the
            design effect is then at least what follows from it. None takes these samples alone.

    Returns:
        The change in percentage points; negative where compression hurts.

    Raises:
        InputError: lengths differ, a value is neither true nor false, or a setting is out of its range.

    >>> found = accuracy_change([True] * 3, [True] * 3)
    >>> found.points, round(found.interval.low), round(found.interval.high)
    (0.0, -56, 56)
    """
    before, after = paired_booleans(("original_correct", "compressed_correct"), original_correct, compressed_correct)
    check_level(level)
    if alike is not None:
        share(alike=alike)
    change = after.astype(np.int64) - before
    sums, sizes = per_group(change, groups)
    fixed, broken = int((change > 0).sum()), int((change < 0).sum())
    effect = design_effect(fixed + broken, sums, sizes, alike)
    interval = tango(fixed / effect, broken / effect, len(change) / effect, level)
    return Difference(
        points=100 * float(change.mean()),
        interval=Interval(100 * interval.low, 100 * interval.high, level),
        n=len(change),
        groups=len(sums),
    )


def likeness(original_correct: ArrayLike | Tensor, compressed_correct: ArrayLike | Tensor, groups: ArrayLike) -> float:
    """How alike the samples of a source change: 0 where they change independently, 1 where all of them do so together.

    Args:
        original_correct, compressed_correct, groups: as in `accuracy_change`.

    Raises:
        InputError: as `accuracy_change`.

    >>> sources = np.repeat(np.arange(20), 10)
    >>> likeness([True] * 200, sources % 4 > 0, sources)
    1.0
    """
    before, after = paired_booleans(("original_correct", "compressed_correct"), original_correct, compressed_correct)
    change = after.astype(np.int64) - before
    sums, sizes = per_group(change, groups)
    largest = _largest_effect(sizes)
    if largest == 1:
        return 0.0
    return (design_effect(int(np.abs(change).sum()), sums, sizes) - 1) / (largest - 1)


def design_effect(changed: int, sums: NDArray[np.int64], sizes: NDArray[np.int64], alike: float | None = None) -> float:
    """By how much samples that share sources count less than independent ones: 1 to the size of a source.

    With fewer than ten sources it cannot be estimated, and is taken as large as it could be; and the fewer samples
    changed, the nearer to that it is taken. Where `alike` is known of a larger set, that is used instead.

    Args:
        changed: samples that were fixed or broken.
        sums: (sources,) of those of each source, fixed less broken.
        sizes: (sources,) samples of each.
        alike: `likeness` of the larger set.

    >>> design_effect(200, sums=np.array([10, -10] * 10), sizes=np.full(20, 10))  # whole sources change together
    10.0
    """
    n, sources = int(sizes.sum()), len(sizes)
    largest = _largest_effect(sizes)
    if alike is None and (sources < _FEW or largest == 1):
        return largest
    mean = float(sums.sum()) / n
    independent = changed - n * mean**2
    between = sources / max(1, sources - 1) * float(((sums - sizes * mean) ** 2).sum())
    if alike is not None:
        own = between / independent if independent > 0 and sources >= _FEW else 1.0
        return min(largest, max(own, 1 + alike * (largest - 1)))
    # One imaginary source that changes as a whole is added: from no changes, or few, nothing could be told.
    return min(largest, max(1.0, (between + largest) / (independent + 1)))


def _largest_effect(sizes: NDArray[np.int64]) -> float:
    """Where all samples of a source change together."""
    return float((sizes**2).sum()) / int(sizes.sum())


def tango(fixed: float, broken: float, n: float, level: float = 0.95) -> Interval:
    """Tango's score interval of (fixed - broken) / n, a share from -1 to 1. Counts may be fractions.

    Args:
        fixed, broken: samples that only the second model, or only the first, gets right.
        n: all samples.
        level: coverage.

    Raises:
        InputError: a count is negative, `n` is smaller than their sum, or `level` is out of its range.

    >>> interval = tango(fixed=5, broken=5, n=100)
    >>> round(interval.low, 4), round(interval.high, 4)
    (-0.0702, 0.0702)
    """
    at_least(0, fixed=fixed, broken=broken)
    positive(n=n)
    check_level(level)
    if fixed + broken > n * (1 + 1e-12):
        raise InputError(f"fixed={fixed} and broken={broken} are more than n={n}: count each sample once.")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    return Interval(-_upper(broken, fixed, n, z), _upper(fixed, broken, n, z), level)


def _upper(plus: float, minus: float, n: float, z: float) -> float:
    """The largest true difference that the counts don't contradict: where the score statistic is -z."""
    low, high = (plus - minus) / n, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _score(plus, minus, n, middle) > -z else (low, middle)
    return high if high == 1 else low


def _score(plus: float, minus: float, n: float, delta: float) -> float:
    """(observed - delta) over its standard error under delta, with the likeliest share of `minus` that delta allows."""
    b = (2 * n - plus + minus) * delta - plus - minus
    c = -minus * delta * (1 - delta)
    broken = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
    variance = n * (2 * broken + delta * (1 - delta))
    gap = plus - minus - n * delta
    if variance <= 0:  # delta is 1, or nothing changed and delta is 0
        return 0.0 if gap == 0 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)
