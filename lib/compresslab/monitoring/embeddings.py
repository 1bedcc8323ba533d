"""Drift of whole feature vectors: what changes together shows where each feature alone looks the same."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.monitoring.drift import Drift

_Matrix = NDArray[np.float64]
_MOST_SAMPLES = 2000  # of both together: a kernel matrix of 32 MB


def maximum_mean_discrepancy(
    reference: ArrayLike, current: ArrayLike, *, permutations: int = 200, seed: int = 0
) -> Drift:
    """Maximum mean discrepancy with a Gaussian kernel, squared and unbiased, and a permutation test.

    Args:
        reference, current: (n, d) and (m, d) features, such as the input of the last layer; each at least two rows,
            both together at most 2,000: take a sample of more.
        permutations: of the pooled rows for the p-value, which is at least 1 / (1 + permutations).
        seed: of those.

    Returns:
        The estimate, around 0 and also below it where nothing has changed. The kernel's width is the median distance
        between rows.

    Raises:
        InputError: rows that are not finite, too few, too many, or of different lengths.

    >>> rng = np.random.default_rng(0)
    >>> maximum_mean_discrepancy(rng.normal(size=(50, 3)), rng.normal(1, 1, size=(50, 3))).p_value < 0.01
    True

    Reference:
        Gretton et al. 2012, "A Kernel Two-Sample Test".
    """
    whole(permutations=permutations)
    whole(0, seed=seed)
    old, new = _matrices(reference, current)
    squared = _squared_distances(np.concatenate([old, new]))
    apart = squared[np.triu_indices(len(squared), 1)]
    if not apart.any():  # one point, many times
        return Drift("MMD", 0.0, 1.0, len(old), len(new))
    median = float(np.median(apart)) or float(np.mean(apart[apart > 0]))
    kernel = np.exp(-squared / (2 * median))
    np.fill_diagonal(kernel, 0)  # unbiased: no row is compared with itself
    total, n, m = float(kernel.sum()), len(old), len(new)

    def estimate(rows: NDArray[np.intp]) -> float:
        inside = np.zeros(n + m)
        inside[rows] = 1
        own = kernel @ inside
        within, across = float(inside @ own), float((1 - inside) @ own)
        rest = total - within - 2 * across
        return within / (n * (n - 1)) + rest / (m * (m - 1)) - 2 * across / (n * m)

    value, p_value = _permuted(estimate, n, m, permutations, seed)
    return Drift("MMD", value, p_value, n, m)


def frechet_distance(reference: ArrayLike, current: ArrayLike, *, permutations: int = 200, seed: int = 0) -> Drift:
    """Fréchet distance, squared, between the normal distributions that fit two sets of features; a permutation test.

    |mu - mu'|^2 + tr(S + S' - 2 (S S')^(1/2)). It is never 0 for two samples, and larger the fewer they are: without
    the p-value it can only be compared at equal numbers.

    Args:
        reference, current, permutations, seed: as in `maximum_mean_discrepancy`.

    Raises:
        InputError: as there.

    >>> frechet_distance([[0.0], [2.0]], [[3.0], [5.0]], permutations=1).value
    9.0

    Reference:
        Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium".
    """
    whole(permutations=permutations)
    whole(0, seed=seed)
    old, new = _matrices(reference, current)
    pooled, n, m = np.concatenate([old, new]), len(old), len(new)

    def estimate(rows: NDArray[np.intp]) -> float:
        chosen = np.zeros(n + m, dtype=bool)
        chosen[rows] = True
        return _frechet(pooled[chosen], pooled[~chosen])

    value, p_value = _permuted(estimate, n, m, permutations, seed)
    return Drift("Fréchet distance", value, p_value, n, m)


def _frechet(first: _Matrix, second: _Matrix) -> float:
    gap = first.mean(0) - second.mean(0)
    one, two = (np.atleast_2d(np.cov(rows, rowvar=False)) for rows in (first, second))
    root = _root(one)
    # The eigenvalues of S S' are those of S^(1/2) S' S^(1/2), which is symmetric.
    mixed = np.linalg.eigvalsh(root @ two @ root).clip(min=0)
    return max(0.0, float(gap @ gap + np.trace(one) + np.trace(two) - 2 * np.sqrt(mixed).sum()))


def _root(matrix: _Matrix) -> _Matrix:
    values, vectors = np.linalg.eigh(matrix)
    root: _Matrix = vectors * np.sqrt(values.clip(min=0)) @ vectors.T
    return root


def _permuted(
    estimate: Callable[[NDArray[np.intp]], float], n: int, m: int, permutations: int, seed: int
) -> tuple[float, float]:
    """The value of the first n rows, and the share of random choices of n rows whose value is at least as large."""
    value = estimate(np.arange(n))
    rng = np.random.default_rng(seed)
    near = math.ulp(max(abs(value), 1.0)) * 1000  # equal values differ in their last digits
    larger = sum(estimate(rng.permutation(n + m)[:n]) >= value - near for _ in range(permutations))
    return value, (1 + larger) / (1 + permutations)


def _squared_distances(rows: _Matrix) -> _Matrix:
    centred = rows - rows.mean(0)  # far from 0, the differences below would lose their digits
    norms = (centred**2).sum(1)
    squared: _Matrix = (norms[:, None] + norms - 2 * centred @ centred.T).clip(min=0)
    rounding = 8 * np.finfo(np.float64).eps * norms.max(initial=0.0)
    squared[squared <= rounding] = 0
    return squared


def _matrices(reference: ArrayLike, current: ArrayLike) -> tuple[_Matrix, _Matrix]:
    old, new = np.asarray(reference), np.asarray(current)
    for name, rows in (("reference", old), ("current", new)):
        if rows.ndim != 2 or len(rows) < 2 or not rows.shape[1] or rows.dtype.kind not in "fiu":
            raise InputError(f"{name} is {rows.dtype} {rows.shape}: expected features (n, d), n at least 2.")
        if not np.isfinite(rows).all():
            raise InputError(f"{name} holds NaN or infinity: the model that gave these features is broken.")
    if old.shape[1] != new.shape[1]:
        raise InputError(f"features of {old.shape[1]} and {new.shape[1]} numbers: they come from different layers.")
    if len(old) + len(new) > _MOST_SAMPLES:
        raise InputError(f"{len(old)} and {len(new)} rows: take a sample of at most {_MOST_SAMPLES} together.")
    return old.astype(np.float64), new.astype(np.float64)
