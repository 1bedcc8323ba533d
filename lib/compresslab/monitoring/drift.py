"""Is what comes in now still what it was: one number a feature, with what chance alone would make of it.

The rule of thumb for the population stability index ("0.1 look, 0.25 act") ignores how many samples there are: ten
bins and two hundred samples twice give 0.09 on average where nothing has changed. So every score here comes with a
p-value, and with many features the p-values are corrected for their number.

NaN is a value of its own, above all others: a sensor that begins to fail shows as drift and not as an error.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from compresslab.arguments import at_least, whole
from compresslab.errors import InputError

_Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Drift:
    """How far a sample is from the reference.

    Attributes:
        statistic: what was computed, such as "PSI".
        value: of it; 0 where nothing differs.
        p_value: chance of at least this value if both come from one distribution.
        n_reference, n_current: samples.

    >>> Drift("KS", 0.4, 0.001, 100, 100).found(level=0.01)
    True
    """

    statistic: str
    value: float
    p_value: float
    n_reference: int
    n_current: int

    def found(self, level: float = 0.01) -> bool:
        """Whether chance would give this less often than `level`."""
        return self.p_value < level


def psi(reference: ArrayLike, current: ArrayLike, *, bins: int = 10, pseudo_count: float = 0.5) -> Drift:
    """Population stability index over bins that hold equally many of the reference.

    The sum over bins of (q - p) ln(q / p), with p and q the shares of the reference and of now. A value that fills a
    bin of its own (a constant, a missing-value code) gets one of its own, and so does NaN.

    Args:
        reference, current: (n,) and (m,) numbers, each at least one.
        bins: of the reference.
        pseudo_count: added to each bin that either fills, so that an empty one doesn't make the index infinite.

    Returns:
        With the p-value of its limit, chi-squared with one degree of freedom less than there are filled bins; trust it
        from some five expected samples a bin.

    Raises:
        InputError: no samples, something that is no number, or fewer than two bins.

    >>> rng = np.random.default_rng(0)
    >>> before, after = rng.normal(0, 1, 2000), rng.normal(0.5, 1, 2000)
    >>> psi(before, after).found(), psi(before, rng.normal(0, 1, 2000)).found()
    (True, False)

    Reference:
        Yurdakul and Naranjo 2020, "Statistical properties of the population stability index".
    """
    whole(2, bins=bins)
    at_least(0, pseudo_count=pseudo_count)
    old, new = _numbers("reference", reference), _numbers("current", current)
    edges = _edges(old[~np.isnan(old)], bins)
    counts = np.stack([_histogram(old, edges), _histogram(new, edges)])
    counts = counts[:, counts.sum(0) > 0]
    filled = counts.shape[1]
    shares = (counts + pseudo_count) / (counts.sum(1, keepdims=True) + pseudo_count * filled)
    p, q = shares
    value = math.inf if (shares == 0).any() else float(((q - p) * np.log(q / p)).sum())
    scaled = value * len(old) * len(new) / (len(old) + len(new))
    return Drift("PSI", value, chi_squared_tail(scaled, filled - 1), len(old), len(new))


def kolmogorov_smirnov(reference: ArrayLike, current: ArrayLike) -> Drift:
    """Largest difference between two cumulative distributions, and the two-sample Kolmogorov-Smirnov test.

    Args:
        reference, current: (n,) and (m,) numbers, each at least one.

    Returns:
        The difference, 0 to 1, and its p-value in the limit of many samples. With few samples or many ties the true
        one is smaller: the test then alarms too rarely, not too often.

    Raises:
        InputError: no samples, or something that is no number.

    >>> kolmogorov_smirnov([1, 2, 3, 4], [3, 4, 5, 6]).value
    0.5
    """
    old, new = np.sort(_numbers("reference", reference)), np.sort(_numbers("current", current))  # NaN comes last
    values = np.unique(np.concatenate([old, new]))  # the many NaN as one
    known = values[~np.isnan(values)]
    gaps = np.searchsorted(old, known, "right") / len(old) - np.searchsorted(new, known, "right") / len(new)
    value = float(np.abs(gaps).max(initial=0.0))
    effective = len(old) * len(new) / (len(old) + len(new))
    return Drift("KS", value, _kolmogorov_tail(math.sqrt(effective) * value), len(old), len(new))


def category_drift(
    reference: ArrayLike, current: ArrayLike, *, categories: int, draws: int = 2000, seed: int = 0
) -> Drift:
    """Total variation distance between two mixes of categories, such as predicted classes, and its p-value.

    Args:
        reference, current: (n,) and (m,) categories from 0.
        categories: their number.
        draws: random splits of the pooled samples for the p-value where chi-squared can't be trusted, with fewer than
            five expected samples somewhere.
        seed: of those.

    Returns:
        Half the sum of the differences of shares, 0 to 1, with the p-value of Pearson's chi-squared test.

    Raises:
        InputError: no samples, or categories out of range.

    >>> category_drift([0, 0, 1, 1], [0, 1, 1, 1], categories=2).value
    0.25
    """
    whole(2, categories=categories)
    whole(draws=draws)
    whole(0, seed=seed)
    counts = np.stack([
        _category_counts("reference", reference, categories), _category_counts("current", current, categories)
    ])  # fmt: skip
    n, m = counts.sum(1).tolist()
    old, new = counts / counts.sum(1, keepdims=True)
    value = float(np.abs(new - old).sum() / 2)
    seen = counts[:, counts.sum(0) > 0]
    expected = seen.sum(1, keepdims=True) * seen.sum(0) / seen.sum()
    pearson = float(((seen - expected) ** 2 / expected).sum())
    if expected.min() >= 5 or seen.shape[1] == 1:
        p_value = chi_squared_tail(pearson, seen.shape[1] - 1)
    else:
        drawn = np.random.default_rng(seed).multivariate_hypergeometric(seen.sum(0), n, size=draws)
        others = ((drawn - expected[0]) ** 2 / expected[0] + (drawn - expected[0]) ** 2 / expected[1]).sum(1)
        p_value = (1 + int((others >= pearson - 1e-9).sum())) / (1 + draws)
    return Drift("total variation", value, p_value, n, m)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P-values of many tests, corrected by Holm's method: the chance that any of them alarms for nothing stays below.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    for name, value in p_values.items():
        if not 0 <= value <= 1:
            raise InputError(f"the p-value of {name} is {value}: it lies between 0 and 1.")
    corrected: dict[str, float] = {}
    largest = 0.0
    for rank, (name, value) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        largest = max(largest, min(1.0, value * (len(p_values) - rank)))
        corrected[name] = largest
    return {name: corrected[name] for name in p_values}


def chi_squared_tail(value: float, freedom: int) -> float:
    """Chance that a chi-squared variable is at least `value`; 1 with no degree of freedom.

    >>> round(chi_squared_tail(3.841, 1), 3)
    0.05
    """
    if freedom == 0:
        return 1.0
    if math.isinf(value):
        return 0.0
    half = torch.tensor([freedom / 2, max(value, 0.0) / 2], dtype=torch.float64)
    return float(torch.special.gammaincc(half[0], half[1]))


def _kolmogorov_tail(scaled: float) -> float:
    """Limit of the chance that sqrt(nm / (n + m)) times the statistic is at least `scaled`."""
    if scaled < 0.2:  # the series below converges slowly there, and the chance is 1 to 27 digits
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * sum(terms)))


def _edges(values: _Numbers, bins: int) -> _Numbers:
    """Upper ends of the bins but the last, each part of its bin."""
    if not len(values):
        return values
    ranks = (np.arange(bins + 1) * len(values) + bins - 1) // bins - 1  # whole numbers: 0.3 * 10 is more than 3
    quantiles = np.sort(values)[ranks.clip(min=0)]
    repeated = quantiles[1:][
        quantiles[1:] == quantiles[:-1]
    ]  # one value fills a bin: it is told from what lies below it
    return np.unique(np.concatenate([quantiles[1:-1], repeated, np.nextafter(repeated, -np.inf)]))


def _histogram(values: _Numbers, edges: _Numbers) -> NDArray[np.int64]:
    known = values[~np.isnan(values)]
    inside = np.bincount(np.searchsorted(edges, known, "left"), minlength=len(edges) + 1)
    return np.append(inside, len(values) - len(known))


def _category_counts(name: str, values: ArrayLike, categories: int) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.ndim != 1 or not len(array) or not np.issubdtype(array.dtype, np.integer):
        raise InputError(f"{name} is {array.dtype} {array.shape}: expected whole numbers (n,), n at least 1.")
    if array.min() < 0 or array.max() >= categories:
        raise InputError(
            f"{name} runs from {array.min()} to {array.max()}: there are the categories 0 to {categories - 1}."
        )
    return np.bincount(array, minlength=categories)


def _numbers(name: str, values: ArrayLike) -> _Numbers:
    array = np.asarray(values)
    if array.ndim != 1 or not len(array) or array.dtype.kind not in "fiu":
        raise InputError(f"{name} is {array.dtype} {array.shape}: expected numbers (n,), n at least 1.")
    return array.astype(np.float64)
