"""How sure an accuracy is, and whether two of them differ.

An accuracy measured on n images is an estimate. `wilson` says how far off one may be; `accuracy_difference`
compares two models on the same images, which is far sharper than comparing their two intervals, because what
both find easy or hard cancels out.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.evaluation.inputs import booleans, check_level, paired_booleans, per_group


@dataclass(frozen=True)
class Interval:
    """A confidence interval, in the unit of what it belongs to. `level` is its coverage, 0.95 for 95%.

    >>> 0.5 in Interval(low=0.4, high=0.6, level=0.95)
    True
    """

    low: float
    high: float
    level: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Difference:
    """Accuracy of a less that of b, in percentage points, on the same samples.

    Attributes:
        points: the difference; positive where a is better.
        interval: of `points`.
        n: number of samples.
        groups: number of groups that were resampled; `n` where every sample stands for itself.

    >>> 0 in Difference(points=1.5, interval=Interval(-0.5, 3.5, 0.95), n=400, groups=400).interval
    True
    """

    points: float
    interval: Interval
    n: int
    groups: int


def wilson(correct: int, n: int, level: float = 0.95) -> Interval:
    """Wilson's score interval of a share, such as an accuracy.

    Unlike `p ± z * sqrt(p (1 - p) / n)` it stays within 0 and 1 and keeps its coverage at 99% accuracy or at
    small n. It takes the samples as independent: for those that share a source image it is too narrow.

    Args:
        correct: number of samples that were right, 0 to n.
        n: number of samples, at least 1.
        level: coverage, strictly between 0 and 1.

    Returns:
        The interval, as shares between 0 and 1.

    Raises:
        InputError: `correct`, `n` or `level` is out of its range.

    Reference:
        Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference".

    >>> interval = wilson(990, 1000)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.9817, 0.9946)
    """
    whole(n=n)
    whole(0, n, "the number that were right", correct=correct)
    check_level(level)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p = correct / n
    shrink = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / shrink
    half = z / shrink * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # At the ends one limit is 0 or 1 exactly; rounding would leave it a hair away.
    return Interval(
        low=0.0 if correct == 0 else centre - half, high=1.0 if correct == n else centre + half, level=level
    )


def accuracy_interval(
    correct: ArrayLike | Tensor, groups: ArrayLike | Tensor | None = None, *, level: float = 0.95
) -> Interval:
    """The interval of one model's accuracy: Wilson's, or a bootstrap of groups where samples share a source.

    Args:
        correct: booleans (n,), whether the model was right.
        groups: (n,) group of each sample; None where samples are independent.
        level: coverage.

    Returns:
        The interval, as shares between 0 and 1.

    Raises:
        InputError: see `accuracy_difference`.

    >>> right = [True] * 80 + [False] * 20
    >>> alone, tens = accuracy_interval(right), accuracy_interval(right, groups=[n // 10 for n in range(100)])
    >>> round(alone.low, 2), round(tens.low, 2)  # ten images of each source, right or wrong together, say less
    (0.71, 0.5)
    """
    right = booleans("correct", correct)
    _, sizes = per_group(right.astype(np.int64), groups)
    if len(sizes) == len(right):
        return wilson(int(right.sum()), len(right), level)
    # Against a model that is never right, the difference in accuracy is the accuracy.
    points = accuracy_difference(right, np.zeros_like(right), groups, level=level).interval
    return Interval(points.low / 100, points.high / 100, level)


def accuracy_difference(
    correct_a: ArrayLike | Tensor,
    correct_b: ArrayLike | Tensor,
    groups: ArrayLike | Tensor | None = None,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> Difference:
    """Compare two models on the same samples: paired bootstrap of whole groups, percentile interval.

    Samples of a group (several renderings of one source image, say) are right or wrong together, so groups
    are drawn with replacement, not samples. A draw needs only each group's size and its difference in right
    answers, and groups alike in both are interchangeable; so a draw is a multinomial over the few distinct
    kinds of group, which is the same distribution at a fraction of the time and memory.

    Where a and b are right on the same samples, the interval is [0, 0]: no difference was seen, which is not
    proof that none exists (with n independent samples, up to about 3/n of them may still differ).

    Args:
        correct_a, correct_b: booleans (n,), whether each model was right; same samples, same order.
        groups: (n,) group of each sample; None where samples are independent.
        level: coverage of the interval.
        resamples: number of bootstrap draws.
        seed: of the draws.

    Raises:
        InputError: lengths differ, a value is neither true nor false, fewer than two groups, or a setting is
            out of its range.

    Reference:
        Efron and Tibshirani 1993, "An Introduction to the Bootstrap"; Field and Welsh 2007, "Bootstrapping
        Clustered Data".

    >>> found = accuracy_difference([True] * 90 + [False] * 10, [True] * 80 + [False] * 20)
    >>> found.points, 0 in found.interval
    (10.0, False)
    """
    a, b = paired_booleans(("correct_a", "correct_b"), correct_a, correct_b)
    check_level(level)
    whole(resamples=resamples)
    whole(0, seed=seed)
    difference = a.astype(np.int64) - b
    sums, sizes = per_group(difference, groups)
    if len(sums) < 2:
        raise InputError(f"{len(sums)} group of samples: at least 2 are needed to see how results vary.")

    kinds, alike = np.unique(np.stack([sums, sizes], axis=1), axis=0, return_counts=True)
    draws = np.random.default_rng(seed).multinomial(len(sums), alike / len(sums), size=resamples)
    points = 100 * (draws @ kinds[:, 0]) / (draws @ kinds[:, 1])
    low, high = np.quantile(points, [0.5 - level / 2, 0.5 + level / 2])
    return Difference(
        points=100 * float(difference.mean()),
        interval=Interval(float(low), float(high), level),
        n=len(a),
        groups=len(sums),
    )
