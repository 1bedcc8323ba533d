"""A frontier of measured points, where two differ only if a paired interval says so.

With the plain frontier, 0.1 points of accuracy on a few hundred images keep a model that is twice as large. Here the
smaller one takes its place, unless the images show a difference.
"""

from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor

from compresslab.errors import InputError
from compresslab.evaluation import Interval, accuracy_difference
from compresslab.pareto.objectives import Costs, Direction, as_costs, check_directions

Difference = Callable[[int, int], Interval]  # of a point's value less another's


def noise_aware_frontier(
    exact: Mapping[str, ArrayLike],
    measured: Mapping[str, Difference],
    directions: Mapping[str, Direction],
) -> list[int]:
    """The points that no point *of the frontier* beats, where measured values differ only if their interval says so.

    A point beats another when it is no worse in any exact objective, not seen to be worse in any measured one, and
    better in one: strictly in an exact one, or seen to be. To be seen, the paired interval of the difference must
    lie on one side of 0.

    That is no ranking: each of three models may be as good as the next as far as can be seen, and the first still be
    seen to be better than the last. So a point is left out only where one that stays beats it: a chain of small losses,
    none of them visible, doesn't end far below. Each point is therefore beaten by one of the frontier, or on it.

    A difference that isn't seen is no proof of equality. With few samples the result is a small model.

    Args:
        exact: (n,) values by name, such as bytes or MACs; at least one, as measured ones alone have no such order.
        measured: by name, a function from two indices to the interval of the first one's value less the second's, on
            the same samples: see `paired_accuracy`. Asked only where the exact objectives don't settle it.
        directions: "min" or "max" by name, for all.

    Returns:
        Indices from best to worst in the exact objective named first in `directions`, where that ties in the next;
        equal points in the order given.

    Raises:
        InputError: the exact values are refused by `frontier`; a name stands in both or has no direction; or points
            beat each other in a circle, as noise in two measured objectives may make them.

    >>> size, right = [9, 4, 1], np.ones((3, 100), dtype=bool)
    >>> right[1, :1] = right[2, :30] = False  # accuracies of 100%, 99% and 70%
    >>> measured = {"accuracy": paired_accuracy(right)}
    >>> noise_aware_frontier({"size": size}, measured, {"size": "min", "accuracy": "max"})
    [2, 1]
    """
    check_directions(directions)
    if both := exact.keys() & measured.keys():
        raise InputError(f"{min(both)!r} is both exact and measured: give it once.")
    for name in measured:
        if name not in directions:
            raise InputError(f"{name!r} has no direction: say whether it is to be minimised or maximised.")
    if not exact:
        raise InputError("exact is empty: give at least one objective that isn't measured, such as the size.")
    costs = as_costs(exact, {name: way for name, way in directions.items() if name not in measured})
    signs = [(difference, 1 if directions[name] == "min" else -1) for name, difference in measured.items()]
    beaten_by = {i: [j for j in range(len(costs)) if j != i and _beats(j, i, costs, signs)] for i in range(len(costs))}
    try:
        order = list(TopologicalSorter(beaten_by).static_order())
    except CycleError as error:
        circle = ", ".join(map(str, error.args[1]))
        raise InputError(f"points {circle} beat each other in a circle: measure on more samples.") from error
    on: set[int] = set()
    for i in order:  # those that could beat it come first
        if not on.intersection(beaten_by[i]):
            on.add(i)
    return [i for i in np.lexsort(costs.T[::-1]).tolist() if i in on]


def paired_accuracy(
    correct: Tensor | Sequence[ArrayLike | Tensor],
    groups: ArrayLike | Tensor | None = None,
    *,
    level: float = 0.95,
    resamples: int = 2_000,
    seed: int = 0,
) -> Difference:
    """Differences in accuracy, in percentage points, as `noise_aware_frontier` asks for them.

    Args:
        correct: booleans (n, samples), whether each model is right on each sample, all on the same ones.
        groups: (samples,) group of each sample; None where samples are independent.
        level, resamples, seed: of `evaluation.accuracy_difference`.

    Raises:
        InputError: `correct` has another shape, or see `accuracy_difference`.

    >>> paired_accuracy([[1, 1, 1, 0], [1, 1, 1, 0]])(0, 1)
    Interval(low=0.0, high=0.0, level=0.95)
    """
    right = np.asarray([np.asarray(row) for row in correct])
    if right.ndim != 2:
        raise InputError(f"correct has shape {right.shape}: expected (models, samples).")

    def difference(i: int, j: int) -> Interval:
        return accuracy_difference(right[i], right[j], groups, level=level, resamples=resamples, seed=seed).interval

    return difference


def _beats(one: int, other: int, costs: Costs, measured: Sequence[tuple[Difference, int]]) -> bool:
    if (costs[one] > costs[other]).any():
        return False
    better = bool((costs[one] < costs[other]).any())
    for difference, sign in measured:
        interval = difference(one, other)
        low, high = sorted((sign * interval.low, sign * interval.high))  # of the cost
        if low > 0:
            return False
        better = better or high < 0
    return better
