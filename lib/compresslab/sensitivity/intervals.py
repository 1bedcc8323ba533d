"""How sure a mean is whose samples come in groups."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor

from compresslab.errors import InputError
from compresslab.evaluation import Interval, check_level


@dataclass(frozen=True)
class Mean:
    """A mean and its confidence interval, in the unit of the values.

    >>> Mean(0.5, Interval(0.4, 0.6, 0.95)).value
    0.5
    """

    value: float
    interval: Interval


def clustered_mean(
    values: ArrayLike | Tensor, groups: ArrayLike | Tensor | None = None, *, level: float = 0.95
) -> Mean:
    """The mean of values of which those of a group vary together: normal interval, variance by groups.

    With sums s and sizes m of G groups and the mean x of all n values, the variance of the mean is
    G / (G - 1) sum (s - m x)^2 / n^2. It wants some thirty groups or more.

    Args:
        values: (n,) finite; differences of two models on the same samples give a paired interval.
        groups: (n,) group of each value; None where every value stands for itself.
        level: coverage.

    Raises:
        InputError: a value isn't finite, the lengths differ, or there are fewer than two groups.

    Reference:
        Liang and Zeger 1986, "Longitudinal Data Analysis Using Generalized Linear Models" (the variance by groups).

    >>> alone, pairs = clustered_mean([0, 0, 1, 1]), clustered_mean([0, 0, 1, 1], groups=[0, 0, 1, 1])
    >>> round(alone.interval.low, 2), round(pairs.interval.low, 2)
    (-0.07, -0.48)
    """
    check_level(level)
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or not numbers.size or not np.isfinite(numbers).all():
        raise InputError(f"values of shape {numbers.shape}: give (n,) finite numbers, n at least 1.")
    labels = np.arange(len(numbers)) if groups is None else np.asarray(groups)
    if labels.shape != numbers.shape:
        raise InputError(f"groups has shape {labels.shape} for {len(numbers)} values: give one a value.")
    _, index, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise InputError(f"{len(sizes)} group of samples: at least 2 are needed to see how results vary.")
    mean = float(numbers.mean())
    apart = np.bincount(index, weights=numbers) - sizes * mean
    error = math.sqrt(len(sizes) / (len(sizes) - 1) * float(apart @ apart)) / len(numbers)
    reach = NormalDist().inv_cdf(0.5 + level / 2) * error
    return Mean(mean, Interval(mean - reach, mean + reach, level))
