"""Which points no other beats on every count.

Reference: Kung, Luccio and Preparata 1975, "On Finding the Maxima of a Set of Vectors".
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compresslab.pareto.objectives import Costs, Direction, as_costs


def frontier(objectives: Mapping[str, ArrayLike], directions: Mapping[str, Direction]) -> list[int]:
    """The non-dominated points.

    A point dominates another when it is no worse in any objective and better in one. Equal points don't dominate each
    other: all of them stay. With two objectives this takes n log n; with more, n log n and, for each different point
    of the frontier, a pass over what it leaves.

    Args:
        objectives: (n,) values by name.
        directions: "min" or "max" by name.

    Returns:
        Indices from best to worst in the objective named first in `directions`, where that ties in the next, and so
        on; equal points in the order given.

    Raises:
        InputError: there are no points, names or lengths differ, a direction is unknown, or a value is NaN.

    Reference:
        Kung, Luccio and Preparata 1975, "On Finding the Maxima of a Set of Vectors".

    >>> points = {"size": [4, 1, 2], "accuracy": [0.9, 0.7, 0.6]}  # the last is larger than the second, and worse
    >>> frontier(points, {"size": "min", "accuracy": "max"})
    [1, 0]
    """
    costs = as_costs(objectives, directions)
    order = np.lexsort(costs.T[::-1])  # stable: equal points stay in their order
    ranked = costs[order]
    first = np.ones(len(ranked), dtype=np.bool_)  # of each run of equal points
    first[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    distinct = ranked[first]
    stays = _of_two(distinct) if costs.shape[1] == 2 else _of_any(distinct)
    return order[stays[np.cumsum(first) - 1]].tolist()


def _of_two(ranked: Costs) -> NDArray[np.bool_]:
    """Of different points by rising first cost: those with a lower second cost than all before."""
    lowest = np.minimum.accumulate(ranked[:, 1])
    stays = np.ones(len(ranked), dtype=np.bool_)
    stays[1:] = ranked[1:, 1] < lowest[:-1]
    return stays


def _of_any(ranked: Costs) -> NDArray[np.bool_]:
    """Of different points in lexicographic order: the first of those left is on the frontier, and takes others off."""
    stays, left = np.zeros(len(ranked), dtype=np.bool_), np.arange(len(ranked))
    while len(left):
        leader = left[0]
        stays[leader] = True
        left = left[1:]
        left = left[(ranked[left] < ranked[leader]).any(axis=1)]
    return stays
