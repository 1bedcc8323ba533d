"""The bootstrap of what was measured in rounds: how far a median or a percentile moves when rounds are drawn again."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from compresslab.arguments import whole
from compresslab.evaluation import Interval, check_level

_Values = NDArray[np.float64]
_AT_ONCE = 2**22  # values drawn at a time: 32 MB


def bootstrap_interval(
    values: _Values, statistic: Callable[[_Values], _Values], *, level: float, resamples: int, seed: int
) -> Interval:
    """Percentile interval of a statistic over rounds, which are drawn with replacement.

    Args:
        values: (n,), one a round.
        statistic: from (k, n) draws to (k,) values, such as `lambda draws: np.median(draws, axis=1)`.
        level: coverage.
        resamples: number of draws.
        seed: of the draws.

    Raises:
        InputError: a setting is out of its range.

    Reference:
        Efron and Tibshirani 1993, "An Introduction to the Bootstrap".

    >>> means = lambda draws: draws.mean(axis=1)
    >>> bootstrap_interval(np.array([3.0, 3.0, 3.0]), means, level=0.95, resamples=100, seed=0)
    Interval(low=3.0, high=3.0, level=0.95)
    """
    check_level(level)
    whole(resamples=resamples)
    n, generator = len(values), np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // n)
    found = [
        statistic(values[generator.integers(n, size=(min(rows, resamples - done), n))])
        for done in range(0, resamples, rows)
    ]
    low, high = np.quantile(np.concatenate(found), [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(low), float(high), level)
