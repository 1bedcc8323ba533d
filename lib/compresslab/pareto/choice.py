"""One point out of many: the best in one objective that keeps the limits of the others."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from compresslab.arguments import one_of
from compresslab.errors import InputError
from compresslab.pareto.objectives import Direction, as_costs


def best_within(
    objectives: Mapping[str, ArrayLike],
    directions: Mapping[str, Direction],
    *,
    best: str,
    limits: Mapping[str, float],
) -> int:
    """The best point of one objective among those that keep every limit.

    Args:
        objectives: (n,) values by name.
        directions: "min" or "max" by name.
        best: the objective to be best in.
        limits: by name: at most so much of what is minimised, at least so much of what is maximised. The limit itself
            is allowed. `best` may have one too.

    Returns:
        Index of the point; it is on the frontier. Where several tie, the better in the other objectives, in the order
        of `directions`; of equal points the first.

    Raises:
        InputError: no point keeps all limits; the message says what can be had. Or a name is unknown, a limit is NaN,
            or the points are refused by `frontier`.

    >>> points = {"size": [9, 4, 1], "accuracy": [0.95, 0.94, 0.8]}
    >>> best_within(points, {"size": "min", "accuracy": "max"}, best="accuracy", limits={"size": 5})
    1
    """
    costs = as_costs(objectives, directions)
    one_of(directions, best=best)
    for name, limit in limits.items():
        if name not in directions:
            raise InputError(f"limits names {name!r}, which is none of the objectives: {', '.join(directions)}.")
        if np.isnan(limit):
            raise InputError(f"the limit of {name} is NaN: leave it out, or give a number.")
    names = list(directions)
    keeps = np.ones(len(costs), dtype=np.bool_)
    for name, limit in limits.items():
        within = costs[:, names.index(name)] <= (-limit if directions[name] == "max" else limit)
        if not (keeps & within).any():
            raise InputError(_unreachable(name, limit, objectives[name], keeps, directions[name]))
        keeps &= within
    (places,) = keeps.nonzero()
    ranks = [best, *(name for name in names if name != best)]
    order = np.lexsort([costs[places, names.index(name)] for name in reversed(ranks)])
    return int(places[order[0]])


def _unreachable(name: str, limit: float, values: ArrayLike, keeps: np.ndarray, direction: Direction) -> str:
    """What to say where no point that keeps the limits before this one keeps this one too."""
    left = np.asarray(values, dtype=np.float64)[keeps]
    side, reached, most = ("most", left.min(), "least") if direction == "min" else ("least", left.max(), "most")
    others = "" if keeps.all() else " that keeps the other limits"
    return f"no point{others} has {name} of at {side} {limit:g}: the {most} to be had is {reached:g}. Loosen a limit."
