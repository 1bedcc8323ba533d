"""What compression costs, in pictures: curves over the size, and a map of layers by settings."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from compresslab.errors import InputError
from compresslab.plots.chart import FAINT, KINDS, Chart, blank, heading, style
from compresslab.plots.intervals import error_bars


def degradation_chart(
    curves: Mapping[str, Sequence[tuple[float, float, float, float]]],
    *,
    title: str,
    subtitle: str,
    tolerances: Mapping[str, float] | None = None,
) -> Chart:
    """Points lost over the size of the file, with intervals: what remains of the size is on a logarithmic axis.

    Args:
        curves: by name, (bytes, points, low, high) from the largest file to the smallest; points are of accuracy,
            compressed less original, so negative where something was lost.
        title, subtitle: over the figure.
        tolerances: by use, the points that may be lost: dashed lines.

    Raises:
        InputError: there is no curve, or an empty one.

    >>> curve = [(1000, -0.5, -1.0, 0.0), (500, -3.0, -4.5, -1.5)]
    >>> print(degradation_chart({"pruning": curve}, title="Loss by size", subtitle="digits").alt)
    Loss by size, digits. Points by bytes. pruning: -0.5 at 1,000, -3.0 at 500.
    """
    if not curves or not all(curves.values()):
        raise InputError(f"curves={list(curves)}: give at least one, each with at least one point.")
    told = []
    with style():
        figure = blank(4.4)
        axis = figure.subplots()
        for (name, curve), (colour, marker) in zip(curves.items(), cycle(KINDS), strict=False):
            sizes, points, lows, highs = (list(column) for column in zip(*curve, strict=True))
            kilobytes = [size / 1000 for size in sizes]
            axis.errorbar(kilobytes, points, yerr=error_bars(points, lows, highs), fmt=f"{marker}-", color=colour,
                          capsize=3, label=name)  # fmt: skip
            told.append(f"{name}: " + ", ".join(f"{p:.1f} at {s:,g}" for s, p in zip(sizes, points, strict=True)))
        for use, points_lost in (tolerances or {}).items():
            axis.axhline(-points_lost, color=FAINT, linestyle="--", linewidth=1)
            axis.annotate(use, (0.995, -points_lost), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                          fontsize=9, color=FAINT)  # fmt: skip
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.xaxis.set_minor_formatter(NullFormatter())
        axis.invert_xaxis()
        axis.set_xlabel("size of the stored file (kB), smaller to the right")
        axis.set_ylabel("accuracy (points\nagainst the original)")
        axis.legend(loc="lower left", fontsize=9)
        heading(figure, title, subtitle)
    return Chart(figure, f"{title}, {subtitle}. Points by bytes. {'; '.join(told)}.")


def sensitivity_chart(
    values: Mapping[str, Mapping[float, float]],
    *,
    title: str,
    subtitle: str,
    quantity: str,
    setting: str,
    weights: Mapping[str, int] | None = None,
) -> Chart:
    """A map with a row for each layer and a column for each setting: the darker, the more is lost; numbers in cells.

    The colours follow the square root of the values, so that small ones differ too.

    Args:
        values: by layer and setting, at least 0; all layers have the same settings.
        title, subtitle: over the figure.
        quantity: what the numbers are, with their unit.
        setting: what the columns are, such as "sparsity".
        weights: number of each layer's weights, written beside its name.

    Raises:
        InputError: there is no layer, the settings differ, or a value is negative or not finite.

    >>> found = {"conv": {0.5: 0.01, 0.9: 0.2}, "fc": {0.5: 0.0, 0.9: 0.1}}
    >>> say = {"quantity": "divergence (nats)", "setting": "sparsity"}
    >>> print(sensitivity_chart(found, title="Sensitivity", subtitle="digits", **say).alt)
    Sensitivity, digits: divergence (nats) by layer at sparsity 0.5, 0.9. conv: 0.01, 0.2; fc: 0, 0.1.
    """
    if not values:
        raise InputError("values is empty: give at least one layer.")
    columns = list(next(iter(values.values())))
    if not columns or any(list(row) != columns for row in values.values()):
        raise InputError(f"values has layers with other settings than {columns}: give each layer the same.")
    grid = np.array([list(row.values()) for row in values.values()], dtype=float)
    if not (np.isfinite(grid).all() and (grid >= 0).all()):
        raise InputError("values holds a negative number, NaN or infinity: give finite numbers of at least 0.")
    names = [layer if weights is None else f"{layer} ({weights[layer]:,})" for layer in values]
    with style():
        figure = blank(1.6 + 0.32 * len(values))
        axis = figure.subplots()
        shades = np.sqrt(grid / (grid.max() or 1.0))
        axis.imshow(shades, cmap="Blues", aspect="auto", vmin=0, vmax=1)
        for (row, column), value in np.ndenumerate(grid):
            colour = "white" if shades[row, column] > 0.6 else "black"
            axis.text(column, row, _short(value), ha="center", va="center", fontsize=9, color=colour)
        axis.set_xticks(range(len(columns)), [f"{column:g}" for column in columns])
        axis.set_yticks(range(len(names)), names, fontsize=9)
        axis.set_xlabel(setting)
        axis.grid(visible=False)
        heading(figure, title, f"{subtitle}; in the cells: {quantity}")
    listed = "; ".join(f"{layer}: {', '.join(map(_short, row))}" for layer, row in zip(values, grid, strict=True))
    at = ", ".join(f"{column:g}" for column in columns)
    return Chart(figure, f"{title}, {subtitle}: {quantity} by layer at {setting} {at}. {listed}.")


def _short(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if value < 1 else f"{value:.1f}"
