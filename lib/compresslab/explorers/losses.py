"""A mixer for the terms of a hybrid loss: how hard each pulls at the student, and how the mixes that were tried did."""

import functools
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes

from compresslab.arguments import at_least
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, KINDS, blank, heading, style

_LEAST = 1e-12  # a sum of pulls below it is none


def losses_chart(
    runs: Sequence[Mapping[str, Any]], pulls: Mapping[str, tuple[float, float]], *, data: str, **weights: float
) -> Chart:
    """The share of the gradient that each term has under these weights, above the accuracies of the mixes tried.

    A term pulls by its weight times the norm of its gradient. The run marked is the one of the terms whose weight isn't
    0; its own weights may be others.

    Args:
        runs: one for each training run, with "terms" (the names that it was trained with), "seed" and "accuracy" (0 to
            1).
        pulls: of each term, the norm of its gradient by the student's weights, at weight 1: before training, and
            after it.
        data: name of the data set and of the split.
        weights: of each term, from 0.

    Raises:
        InputError: there is no run, or a weight is negative or of a term that has no pull.

    >>> runs = [{"terms": ["labels"], "seed": 0, "accuracy": 0.8}]
    >>> print(losses_chart(runs, {"labels": (2.0, 1.0), "hint": (1.0, 1.0)}, data="digits", labels=1, hint=2).alt)
    Share of the pull, at the start and at the end: labels 50% and 33%, hint 50% and 67%. No run has labels + hint.
    """
    if not runs:
        raise InputError("runs is empty: give at least one.")
    at_least(0, **weights)
    if weights.keys() != pulls.keys():
        raise InputError(f"weights of {', '.join(weights) or 'nothing'}, and pulls of {', '.join(pulls)}.")
    shares = _shares(pulls, weights)
    chosen = [name for name, weight in weights.items() if weight > 0]
    mixes: dict[frozenset[str], list[float]] = {}
    for run in runs:
        mixes.setdefault(frozenset(run["terms"]), []).append(100 * run["accuracy"])
    seeds = len({run["seed"] for run in runs})
    found = mixes.get(frozenset(chosen))
    mix = " + ".join(chosen) or "nothing"
    told = f"{mix}: {fmean(found):.1f}% right" if found else f"No run has {mix}"
    with style():
        figure = blank(6.2)
        above, below = figure.subplots(2, 1, height_ratios=(1, 1.4))
        _pulls(above, shares)
        _mixes(below, mixes, frozenset(chosen), list(weights))
        heading(figure, told, f"below: {data}; points are {seeds} seeds, the large one their mean")
    parts = ", ".join(f"{name} {start:.0%} and {end:.0%}" for name, (start, end) in shares.items())
    return Chart(figure, f"Share of the pull, at the start and at the end: {parts}. {told}.")


def losses_explorer(
    runs: Sequence[Mapping[str, Any]],
    pulls: Mapping[str, tuple[float, float]],
    *,
    weights: Mapping[str, float],
    data: str,
) -> widgets.VBox:
    """The chart with a slider for each term's weight, from 0 to four times what the runs had.

    Args:
        runs, pulls, data: see `losses_chart`.
        weights: that the terms had in the runs, above 0; where the sliders start.

    >>> runs = [{"terms": ["labels"], "seed": 0, "accuracy": 0.8}]
    >>> explorer = losses_explorer(runs, {"labels": (2.0, 1.0)}, weights={"labels": 1.0}, data="digits")
    >>> explorer.children[0].max
    4.0
    """
    controls = {
        name: widgets.FloatSlider(
            value=weight, min=0.0, max=4.0 * weight, step=weight / 4, description=name, readout_format=".2f",
            continuous_update=False, layout={"width": "40em"},
        )
        for name, weight in weights.items()
    }  # fmt: skip
    return explore(functools.partial(losses_chart, runs, pulls, data=data), controls)


def _shares(pulls: Mapping[str, tuple[float, float]], weights: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    weighted = {name: (weights[name] * start, weights[name] * end) for name, (start, end) in pulls.items()}
    totals = [max(sum(pull[when] for pull in weighted.values()), _LEAST) for when in (0, 1)]
    return {name: (start / totals[0], end / totals[1]) for name, (start, end) in weighted.items()}


def _pulls(axis: Axes, shares: Mapping[str, tuple[float, float]]) -> None:
    places = np.arange(len(shares))[::-1].astype(float)
    ways = ((0, "before training", KINDS[0][0], ""), (1, "after training", KINDS[1][0], "//"))
    for when, label, colour, hatch in ways:
        lengths = [100 * share[when] for share in shares.values()]
        axis.barh(
            places + (0.2 - 0.4 * when), lengths, 0.36, label=label, facecolor=colour, hatch=hatch, edgecolor="white"
        )
    axis.set_yticks(places, list(shares))
    axis.set_xlim(0, 100)
    axis.set_xlabel("share of the pull (%)")
    axis.legend(loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=2)


def _mixes(axis: Axes, mixes: Mapping[frozenset[str], list[float]], chosen: frozenset[str], order: list[str]) -> None:
    ranked = sorted(mixes, key=lambda mix: fmean(mixes[mix]))
    names = [" + ".join(sorted(mix, key=lambda name: order.index(name) if name in order else -1)) for mix in ranked]
    for place, mix in enumerate(ranked):
        colour = BETTER if mix == chosen else FAINT
        axis.scatter(mixes[mix], [place] * len(mixes[mix]), s=14, color=colour, alpha=0.6)
        marker, size = ("D", 90) if mix == chosen else ("o", 40)
        axis.scatter(fmean(mixes[mix]), place, s=size, color=colour, marker=marker)
    axis.set_yticks(range(len(names)), names)
    axis.set_xlabel("top-1 accuracy (%)")
