"""The knee of a frontier: beyond it, a little more of one objective costs much of the other.

Both definitions depend on the axes. They are normalised to the frontier's own ends here, so that units don't count;
whether size is read in bytes or in powers of ten still does, and is the caller's choice.

Reference: Das 1999, "On Characterizing the 'Knee' of the Pareto Curve Based on Normal-Boundary Intersection";
Satopaa et al. 2011, "Finding a 'Kneedle' in a Haystack: Detecting Knee Points in System Behavior".
"""

from collections.abc import Collection, Mapping
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compresslab.arguments import one_of
from compresslab.errors import InputError
from compresslab.pareto.dominance import frontier
from compresslab.pareto.objectives import Direction, as_costs

Method = Literal["chord", "curvature"]
_FLAT = 1e-9  # of axes from 0 to 1: less is rounding


def knee(
    objectives: Mapping[str, ArrayLike],
    directions: Mapping[str, Direction],
    *,
    method: Method = "chord",
    log: Collection[str] = (),
) -> int:
    """The point of the frontier where it bends most.

    Args:
        objectives: (n,) values of two objectives by name; points off the frontier are passed over.
        directions: "min" or "max" by name.
        method: "chord", the largest distance from the line through the frontier's ends, or "curvature", the smallest
            circle through a point and its two neighbours. Curvature looks at three points only, so noise moves it more.
        log: names of objectives to take logarithms of first, as sizes that span powers of ten.

    Returns:
        Its index; of equal points the first, of equally good ones the better in the objective named first.

    Raises:
        InputError: other than two objectives; fewer than three different points on the frontier; none of them bends
            towards the ideal corner, where a knee isn't defined; a logarithm of what isn't positive; or the points are
            refused by `frontier` or infinite.

    >>> points = {"size": [1, 2, 3, 10], "accuracy": [0.5, 0.88, 0.9, 0.91]}
    >>> knee(points, {"size": "min", "accuracy": "max"})
    1
    """
    one_of(get_args(Method), method=method)
    as_costs(objectives, directions, finite=True)
    if len(directions) != 2:
        raise InputError(f"{len(directions)} objectives, {', '.join(directions)}: a knee is defined for two.")
    costs = as_costs({name: _scaled(objectives, directions, name, log) for name in directions}, directions)
    on = frontier(objectives, directions)
    places = np.array([i for k, i in enumerate(on) if k == 0 or (costs[i] != costs[on[k - 1]]).any()])
    if len(places) < 3:
        raise InputError(f"{len(places)} different points on the frontier: a knee needs at least 3.")
    x, y = costs[places].T
    x, y = (x - x.min()) / (x.max() - x.min()), (y - y.min()) / (y.max() - y.min())
    # From (0, 1) to (1, 0). The bend towards the origin, the ideal corner, counts as positive.
    bends = (1 - x - y)[1:-1] if method == "chord" else curvature(x, y)
    if bends.max() < _FLAT:
        raise InputError("no point of the frontier bends towards the ideal corner: it has no knee. Take a constraint.")
    return int(places[1 + int(np.argmax(bends > bends.max() - _FLAT))])


def curvature(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Signed curvature at a curve's inner points: one over the radius of the circle through each and its neighbours.

    Differences of neighbouring slopes would depend on how far the points are apart; the circle doesn't.

    Args:
        x: (n,) rising.
        y: (n,) of any values.

    Returns:
        (n - 2,) above 0 where the curve bends upwards, like a bowl.

    Raises:
        InputError: shapes differ, fewer than three points, a value isn't finite, or x doesn't rise.

    Reference:
        Menger 1930, "Untersuchungen über allgemeine Metrik" (the circle through three points).

    >>> curvature([-1.0, 0.0, 1.0], [0.0, -1.0, 0.0]).round(9).tolist()  # a circle of radius 1
    [1.0]
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or len(x) < 3:
        raise InputError(f"x has shape {x.shape} and y {y.shape}: expected (n,) twice, n at least 3.")
    if not (np.isfinite(x).all() and np.isfinite(y).all() and (np.diff(x) > 0).all()):
        raise InputError("x must rise from point to point, and all values be finite: sort them, and drop equal ones.")
    ax, ay, bx, by = np.diff(x)[:-1], np.diff(y)[:-1], np.diff(x)[1:], np.diff(y)[1:]
    twice_area = ax * by - ay * bx
    return 2 * twice_area / (np.hypot(ax, ay) * np.hypot(bx, by) * np.hypot(ax + bx, ay + by))


def _scaled(
    objectives: Mapping[str, ArrayLike], directions: Mapping[str, Direction], name: str, log: Collection[str]
) -> NDArray[np.float64]:
    values = np.asarray(objectives[name], dtype=np.float64)
    if unknown := set(log) - set(directions):
        raise InputError(f"log names {min(unknown)!r}, which is none of the objectives: {', '.join(directions)}.")
    if name not in log:
        return values
    if values.min() <= 0:
        raise InputError(f"{name} has a value of {values.min()}, which has no logarithm: leave it out of log.")
    return np.log(values)
