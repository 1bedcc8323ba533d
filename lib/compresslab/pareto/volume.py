"""Hypervolume: one number for a whole frontier, the space that it dominates up to a reference point.

Of all usual measures of a set it is the one that rises whenever a point is added that the others don't dominate, as
long as that point is better than the reference.

Reference: Zitzler and Thiele 1999, "Multiobjective Evolutionary Algorithms: A Comparative Case Study and the Strength
Pareto Approach".
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from compresslab.errors import InputError
from compresslab.pareto.dominance import frontier
from compresslab.pareto.objectives import Costs, Direction, as_costs, same_names


def hypervolume(
    objectives: Mapping[str, ArrayLike], directions: Mapping[str, Direction], *, reference: Mapping[str, float]
) -> float:
    """Area or volume between the frontier of the points and a reference, exact in one, two and three objectives.

    Compare sets only by the same reference, and choose it before you look: one far away rewards the ends of a frontier,
    one close by its middle.

    Args:
        objectives: (n,) values by name; what doesn't beat the reference in every objective adds nothing.
        directions: "min" or "max" by name.
        reference: the worst value of each objective that is still of interest.

    Returns:
        In the product of the objectives' units. Takes n log n with two objectives and n^2 log n with three.

    Raises:
        InputError: more than three objectives; or the points or the reference are refused by `frontier`, or infinite.

    Reference:
        Zitzler and Thiele 1999; Beume et al. 2009, "On the Complexity of Computing the Hypervolume Indicator".

    >>> points = {"size": [1, 3], "accuracy": [0.5, 0.75]}
    >>> hypervolume(points, {"size": "min", "accuracy": "max"}, reference={"size": 5, "accuracy": 0.25})
    1.5
    """
    costs = as_costs(objectives, directions, finite=True)
    same_names(reference, directions, what="reference")
    corner = as_costs({name: [value] for name, value in reference.items()}, directions, finite=True)[0]
    if len(corner) > 3:
        raise InputError(f"{len(corner)} objectives: this is exact for up to 3. For more, use pymoo's HV indicator.")
    better = (costs < corner).all(axis=1)
    if not better.any():
        return 0.0
    on = frontier(objectives, directions)
    gains = (corner - costs)[on][better[on]]  # lengths of each point's box, all above 0
    return (_length, _area, _volume)[len(corner) - 1](gains)


def _length(gains: Costs) -> float:
    return float(gains.max())


def _area(gains: Costs) -> float:
    """Of the union of rectangles from the origin to each point."""
    ranked = gains[np.argsort(-gains[:, 0])]
    heights = np.maximum.accumulate(ranked[:, 1])
    widths = np.append(ranked[:, 0], 0.0)
    return float(np.sum((widths[:-1] - widths[1:]) * heights))


def _volume(gains: Costs) -> float:
    """Of the union of boxes: slices along the last axis, in each the rectangles of the boxes that reach so far."""
    ranked = gains[np.argsort(-gains[:, 2])]
    ends = np.append(ranked[:, 2], 0.0)
    thick = ends[:-1] - ends[1:]
    return float(sum(t * _area(ranked[: k + 1, :2]) for k, t in enumerate(thick) if t > 0))
