"""Ways of pruning compared: accuracy by sparsity, a line for each way, every seed a point."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from statistics import fmean
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from compresslab.arguments import share
from compresslab.errors import InputError
from compresslab.plots.chart import FAINT, KINDS, Chart, blank, heading, style
from compresslab.plots.intervals import error_bars

_BESIDE = 0.014  # share of the axis between the points of two methods at one sparsity


def methods_chart(
    runs: Sequence[Mapping[str, Any]],
    *,
    data: str,
    dense: Sequence[Mapping[str, Any]] = (),
    title: str = "Accuracy by sparsity",
) -> Chart:
    """Accuracy over sparsity: the mean of each method's seeds as a line, the seeds as points, a bar from worst to best.

    The axis of sparsity is stretched towards 100%, where methods differ: equal steps halve what is left alike.

    Args:
        runs: one for each training run, with "method", "sparsity" (0 to below 1), "seed" and "accuracy" (0 to 1).
        data: name of the data set and of the split.
        dense: runs without pruning, with "accuracy": their range is a grey band.
        title: of the figure.

    Raises:
        InputError: there is no run, or one's sparsity isn't between 0 and below 1.

    >>> runs = [{"method": "magnitude", "sparsity": 0.9, "seed": seed, "accuracy": 0.8} for seed in range(3)]
    >>> print(methods_chart(runs, data="digits").alt)
    Accuracy by sparsity, digits. Mean accuracy of 3 seeds by sparsity. magnitude: 80.0% at 90%.
    """
    if not runs:
        raise InputError("runs is empty: give at least one.")
    for run in runs:
        share(one=False, hint="the share of zeros", sparsity=run["sparsity"])
    methods = list(dict.fromkeys(run["method"] for run in runs))
    sparsities = sorted({run["sparsity"] for run in runs})
    place = {sparsity: -np.log10(1 - sparsity) for sparsity in sparsities}
    room = max(place.values()) - min(place.values()) or 1.0
    seeds = len({run["seed"] for run in runs})
    with style():
        figure = blank(4.5)
        axis = figure.subplots()
        if dense:
            _band(axis, [100 * run["accuracy"] for run in dense])
        means = {}
        for number, (method, (colour, marker)) in enumerate(zip(methods, cycle(KINDS), strict=False)):
            aside = (number - (len(methods) - 1) / 2) * _BESIDE * room
            means[method] = _line(axis, runs, method, place, aside, {"color": colour, "marker": marker})
        axis.set_xticks([place[sparsity] for sparsity in sparsities], [f"{100 * s:g}" for s in sparsities])
        axis.set_xlabel("weights that are zero (%)")
        axis.set_ylabel("top-1 accuracy (%)")
        axis.legend(loc="best")
        heading(figure, f"{title}, {data}", f"lines: means of {seeds} seeds, bars: from the worst seed to the best")
    listed = "; ".join(
        f"{method}: " + ", ".join(f"{mean:.1f}% at {100 * sparsity:g}%" for sparsity, mean in found.items())
        for method, found in means.items()
    )
    unpruned = f" Not pruned: {100 * fmean(run['accuracy'] for run in dense):.1f}%." if dense else ""
    return Chart(figure, f"{title}, {data}. Mean accuracy of {seeds} seeds by sparsity. {listed}.{unpruned}")


def _band(axis: Axes, accuracies: Sequence[float]) -> None:
    axis.axhspan(min(accuracies), max(accuracies), color=FAINT, alpha=0.15, linewidth=0)
    axis.axhline(fmean(accuracies), color=FAINT, linestyle="--", linewidth=1, label="not pruned")


def _line(
    axis: Axes,
    runs: Sequence[Mapping[str, Any]],
    method: str,
    place: Mapping[float, float],
    aside: float,
    look: dict[str, Any],
) -> dict[float, float]:
    """Draw a method, and give its mean accuracy in percent at each of its sparsities."""
    found = {
        sparsity: [100 * run["accuracy"] for run in runs if run["method"] == method and run["sparsity"] == sparsity]
        for sparsity in place
    }
    found = {sparsity: accuracies for sparsity, accuracies in found.items() if accuracies}
    means = {sparsity: fmean(accuracies) for sparsity, accuracies in found.items()}
    x = [place[sparsity] + aside for sparsity in found]
    reach = error_bars(list(means.values()), [min(found[s]) for s in found], [max(found[s]) for s in found])
    axis.errorbar(x, list(means.values()), yerr=reach, capsize=3, label=method, **look)
    for centre, accuracies in zip(x, found.values(), strict=True):
        axis.plot([centre] * len(accuracies), accuracies, ".", color=look["color"], alpha=0.5, markersize=5)
    return means
