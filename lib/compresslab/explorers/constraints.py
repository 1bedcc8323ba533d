"""Limits on size, arithmetic and accuracy, moved by hand: what is still allowed, and what one would ship."""

from collections.abc import Collection, Mapping, Sequence

import ipywidgets as widgets
import numpy as np
from numpy.typing import ArrayLike

from compresslab.explorers.explore import explore
from compresslab.pareto import Direction, best_within
from compresslab.plots import Chart, frontier_chart

_STOPS = 25  # of a slider


def constraints_chart(
    objectives: Mapping[str, ArrayLike],
    directions: Mapping[str, Direction],
    limits: Mapping[str, float],
    *,
    names: Sequence[str],
    data: str,
    axes: Mapping[str, str] | None = None,
    log: Collection[str] = (),
) -> Chart:
    """The points within the limits, their frontier, and the best of them in each of the two objectives drawn.

    Args:
        objectives, directions, axes, log: of `plots.frontier_chart`.
        limits: of `pareto.best_within`; those of objectives that aren't drawn count too.
        names: of the points.
        data: what the values were measured on.

    Raises:
        InputError: no point keeps the limits; the message says what can be had.

    >>> points = {"bytes": [9, 4, 1], "accuracy": [0.95, 0.94, 0.8]}
    >>> ways = {"bytes": "min", "accuracy": "max"}
    >>> print(constraints_chart(points, ways, {"accuracy": 0.9}, names=["A", "B", "C"], data="digits").alt)
    2 of 3 models keep the limits, digits; accuracy at least 0.9: 2 points, ... best bytes: B: ... best accuracy: A: ...
    """
    shown = list(directions)[:2]
    best = {name: best_within(objectives, directions, best=name, limits=limits) for name in shown}
    out = np.zeros(len(names), dtype=np.bool_)
    for name, limit in limits.items():
        values = np.asarray(objectives[name], dtype=np.float64)
        out |= values > limit if directions[name] == "min" else values < limit
    said = ", ".join(
        f"{name} at {'most' if directions[name] == 'min' else 'least'} {_number(limit)}"
        for name, limit in limits.items()
    )
    return frontier_chart(
        objectives,
        directions,
        title=f"{int((~out).sum())} of {len(names)} models keep the limits",
        subtitle=f"{data}; {said or 'no limits'}",
        axes=axes,
        marked={f"best {name}: {names[index]}": index for name, index in best.items()},
        faded=out.nonzero()[0].tolist(),
        limits=limits,
        log=log,
    )


def constraints_explorer(
    objectives: Mapping[str, ArrayLike],
    directions: Mapping[str, Direction],
    *,
    names: Sequence[str],
    data: str,
    axes: Mapping[str, str] | None = None,
    log: Collection[str] = (),
) -> widgets.VBox:
    """The chart with a slider for the limit of each objective, at first as loose as it can be.

    Args:
        objectives, directions, names, data, axes, log: of `constraints_chart`.

    >>> points = {"bytes": [9, 4, 1], "accuracy": [0.95, 0.94, 0.8]}
    >>> ways = {"bytes": "min", "accuracy": "max"}
    >>> len(constraints_explorer(points, ways, names=["A", "B", "C"], data="digits").children)  # and the picture
    3
    """
    sliders = {}
    for name, direction in directions.items():
        values = np.unique(np.asarray(objectives[name], dtype=np.float64))
        stops = values[np.unique(np.linspace(0, len(values) - 1, _STOPS).round().astype(int))].tolist()
        sliders[name] = widgets.SelectionSlider(
            options=[(_number(value), value) for value in stops],
            value=stops[-1] if direction == "min" else stops[0],
            description=f"{'at most' if direction == 'min' else 'at least'}, {name}",
            continuous_update=False,
            style={"description_width": "11em"},
            layout={"width": "40em"},
        )

    def draw(**limits: float) -> Chart:
        return constraints_chart(objectives, directions, limits, names=names, data=data, axes=axes, log=log)

    return explore(draw, sliders)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
