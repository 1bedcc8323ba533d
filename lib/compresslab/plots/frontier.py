"""Frontiers: many models in two objectives, the line of those that none beats, and spreads over repetitions."""

from collections.abc import Collection, Mapping, Sequence
from itertools import cycle, pairwise
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from numpy.typing import ArrayLike

from compresslab.errors import InputError
from compresslab.pareto import Direction, frontier
from compresslab.plots.chart import BETTER, FAINT, KINDS, Chart, blank, heading, style
from compresslab.plots.labels import label_points

_ARROWS: dict[Direction, str] = {"min": "less is better", "max": "more is better"}


def frontier_chart(
    objectives: Mapping[str, ArrayLike],
    directions: Mapping[str, Direction],
    *,
    title: str,
    subtitle: str,
    axes: Mapping[str, str] | None = None,
    kinds: Sequence[str] | None = None,
    marked: Mapping[str, int] | None = None,
    faded: Collection[int] = (),
    limits: Mapping[str, float] | None = None,
    reference: Mapping[str, float] | None = None,
    log: Collection[str] = (),
) -> Chart:
    """All points, the frontier as a stepped line, and some points by name.

    Args:
        objectives: (n,) values by name; the two that come first in `directions` are drawn, the first to the right.
        directions: "min" or "max" by name. The line is that of the two objectives drawn, over points not faded.
        title, subtitle: over the figure.
        axes: what an axis shows, with its unit, by objective.
        kinds: of each point, for its colour and marker.
        marked: indices of points to label, by label.
        faded: indices of points that don't count.
        limits: a dashed line each.
        reference: shades what the frontier dominates up to there, its hypervolume.
        log: objectives with a logarithmic axis.

    Raises:
        InputError: fewer than two objectives, no point is left, or they are refused by `pareto.frontier`.

    >>> points = {"bytes": [1, 2, 3], "accuracy": [0.5, 0.9, 0.8]}
    >>> ways = {"bytes": "min", "accuracy": "max"}
    >>> print(frontier_chart(points, ways, title="Three models", subtitle="digits", marked={"B": 1}).alt)
    Three models, digits: 3 points, 2 of them on the frontier, from bytes 1, accuracy 0.5 to bytes 2, accuracy 0.9. ...
    """
    if len(directions) < 2:
        raise InputError(f"directions={dict(directions)!r}: name two objectives to draw.")
    x_name, y_name = list(directions)[:2]
    x, y = (np.asarray(objectives[name], dtype=np.float64) for name in (x_name, y_name))
    counts = np.array([i for i in range(len(x)) if i not in set(faded)], dtype=np.int64)
    two = {name: directions[name] for name in (x_name, y_name)}
    on = counts[frontier({x_name: x[counts], y_name: y[counts]}, two)]
    on = on[np.argsort(x[on], kind="stable")]
    kinds = list(kinds or ["model"] * len(x))
    with style():
        figure = blank(4.6)
        axis = figure.subplots()
        for kind, (colour, marker) in zip(dict.fromkeys(kinds), cycle(KINDS), strict=False):
            alike = np.array([i for i in counts if kinds[i] == kind], dtype=np.int64)
            axis.plot(x[alike], y[alike], marker, color=colour, markersize=4, alpha=0.5, label=kind)
        axis.plot(x[list(faded)], y[list(faded)], ".", color="#C8C8C8", zorder=0)
        where: Literal["pre", "post"] = "post" if two[x_name] == "min" else "pre"
        if reference is not None:
            better = [i for i in on if _within((x[i], y[i]), reference, two)]
            _shade(axis, x[better], y[better], reference[x_name], reference[y_name], where)
        axis.step(x[on], y[on], where=where, color="black", linewidth=1.2, label="frontier")
        axis.plot(x[on], y[on], "o", color="black", markersize=3)
        for name, limit in (limits or {}).items():
            if name in two:
                (axis.axvline if name == x_name else axis.axhline)(limit, color=FAINT, linestyle="--", linewidth=1)
        _axes(axis, two, axes or {}, log)
        for index in (marked or {}).values():
            axis.plot(x[index], y[index], "o", markersize=11, markerfacecolor="none", color="black")
        if len(set(kinds)) > 1 or reference is not None:
            figure.legend(loc="outside lower center", ncols=4, fontsize=9)
        heading(figure, title, subtitle)
        steps = [(x[a], y[a], x[b], y[b]) for a, b in pairwise(on)]
        label_points(figure, axis, [(text, x[i], y[i]) for text, i in (marked or {}).items()], steps)

    def said(i: int) -> str:
        return f"{x_name} {x[i]:.4g}, {y_name} {y[i]:.4g}"

    names = "".join(f" {text}: {said(i)}." for text, i in (marked or {}).items())
    ends = f"from {said(on[0])} to {said(on[-1])}"
    alt = f"{title}, {subtitle}: {len(counts)} points, {len(on)} of them on the frontier, {ends}.{names}"
    return Chart(figure, alt)


def spread_chart(
    series: Mapping[str, Mapping[float, Sequence[float]]],
    *,
    title: str,
    subtitle: str,
    x: str,
    y: str,
    level: float | None = None,
    log: bool = False,
) -> Chart:
    """Lines through means, each in a band that holds nine of ten repetitions.

    Args:
        series: by name, the repetitions' values by position on the x axis.
        title, subtitle: over the figure.
        x, y: what the axes show, with units.
        level: a dashed line across, such as that of no effect.
        log: whether the x axis is logarithmic.

    Raises:
        InputError: there is no series, or one without values.

    >>> series = {"random": {10: [0.7, 0.8], 20: [0.8, 0.9]}}
    >>> print(spread_chart(series, title="Shares", subtitle="2 seeds", x="trials", y="share").alt)
    Shares, 2 seeds. random: 0.75 at 10, 0.85 at 20.
    """
    if not series or not all(len(values) for found in series.values() for values in found.values()):
        raise InputError("series is empty, or one has no values: give each a value at every position.")
    with style():
        figure = blank(3.8)
        axis = figure.subplots()
        if level is not None:
            axis.axhline(level, color=FAINT, linestyle="--", linewidth=1)
        for (name, found), (colour, marker) in zip(series.items(), cycle(KINDS), strict=False):
            low, high = zip(*(np.quantile(values, [0.05, 0.95]) for values in found.values()), strict=True)
            axis.fill_between(list(found), low, high, color=colour, alpha=0.15, linewidth=0)
            means = [float(np.mean(values)) for values in found.values()]
            axis.plot(list(found), means, color=colour, marker=marker, label=name)
        if log:
            _logarithmic(axis, "x")
        axis.set_xlabel(x)
        axis.set_ylabel(y)
        if len(series) > 1:
            figure.legend(loc="outside lower center", ncols=4)
        heading(figure, title, f"{subtitle}; lines: means, bands: 90% of repetitions")
    told = "; ".join(
        f"{name}: " + ", ".join(f"{np.mean(values):.3g} at {place:g}" for place, values in found.items())
        for name, found in series.items()
    )
    return Chart(figure, f"{title}, {subtitle}. {told}.")


def _within(point: tuple[float, float], reference: Mapping[str, float], directions: Mapping[str, Direction]) -> bool:
    """Whether a point is better than the reference in both."""
    return all(
        value < reference[name] if direction == "min" else value > reference[name]
        for value, (name, direction) in zip(point, directions.items(), strict=True)
    )


def _shade(axis: Axes, x: np.ndarray, y: np.ndarray, right: float, floor: float, where: Literal["pre", "post"]) -> None:
    """From the frontier to the reference: the end that is open goes on to it."""
    if not len(x):
        return
    ends = (np.append(x, right), np.append(y, y[-1])) if where == "post" else (np.append(right, x), np.append(y[0], y))
    axis.fill_between(*ends, floor, step=where, color=BETTER, alpha=0.12, linewidth=0, label="dominated")
    axis.plot(right, floor, "x", color="black", label="reference")


def _axes(axis: Axes, directions: Mapping[str, Direction], names: Mapping[str, str], log: Collection[str]) -> None:
    for side, (name, direction) in zip(("x", "y"), directions.items(), strict=True):
        (axis.set_xlabel if side == "x" else axis.set_ylabel)(f"{names.get(name, name)}\n({_ARROWS[direction]})")
        if name in log:
            _logarithmic(axis, side)


def _logarithmic(axis: Axes, side: str) -> None:
    (axis.set_xscale if side == "x" else axis.set_yscale)("log")
    ticks = axis.xaxis if side == "x" else axis.yaxis
    ticks.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ticks.set_minor_locator(NullLocator())
    ticks.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
