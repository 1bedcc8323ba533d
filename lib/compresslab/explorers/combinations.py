"""Techniques alone and together, in stages or jointly: pick a combination, and see its metrics among the rest."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import FAINT, KINDS, blank, heading, style

_APART = 0.2  # of a row's height, between the ways


def combinations_chart(rows: Sequence[Mapping[str, Any]], combination: str, *, data: str) -> Chart:
    """Accuracy and stored bytes of all combinations, one of them in colour.

    Args:
        rows: each with "method" (such as "Q+P"), "way" (such as "jointly"), "accuracy" (0 to 1), "interval" ("low",
            "high") and "bytes"; one for each method and way.
        combination: the method to mark.
        data: for the heading: data set, split, seeds.

    Raises:
        InputError: no row is of this combination, or two are of the same method and way.

    >>> run = {"way": "jointly", "accuracy": 0.9, "interval": {"low": 0.88, "high": 0.92}, "bytes": 2048}
    >>> print(combinations_chart([{"method": "Q+P", **run}], "Q+P", data="digits").alt)
    Q+P, digits: jointly 90.0% [88.0%, 92.0%] at 2.0 KiB.
    """
    keys = [(row["method"], row["way"]) for row in rows]
    if len(set(keys)) < len(keys):
        raise InputError("rows has a method twice in the same way: give one row for each.")
    chosen = [row for row in rows if row["method"] == combination]
    if not chosen:
        raise InputError(f"combination={combination!r} is in none of the rows: choose from {sorted(set(dict(keys)))}.")
    methods, ways = (list(dict.fromkeys(row[key] for row in rows)) for key in ("method", "way"))
    with style():
        figure = blank(1.9 + 0.36 * len(methods))
        accuracy, stored = figure.subplots(1, 2, width_ratios=(3, 2), sharey=True)
        for number, (way, (colour, marker)) in enumerate(zip(ways, KINDS, strict=False)):
            for row in rows:
                if row["way"] != way:
                    continue
                place = methods.index(row["method"]) + _APART * (number - (len(ways) - 1) / 2)
                shown = colour if row["method"] == combination else FAINT
                ends = [100 * row["interval"][end] for end in ("low", "high")]
                accuracy.plot(ends, [place, place], color=shown, linewidth=2)
                accuracy.plot(100 * row["accuracy"], place, marker, color=shown, markersize=6)
                stored.barh(
                    place, row["bytes"] / 1024, _APART * 0.9, color=shown, hatch="//" * number, edgecolor="white"
                )
            accuracy.plot([], [], f"{marker}-", color=colour, label=way)
        accuracy.set_yticks(range(len(methods)), methods)
        accuracy.set_ylim(len(methods) - 0.5, -0.5)
        accuracy.grid(visible=False, axis="y")
        stored.grid(visible=False, axis="y")
        accuracy.set_xlabel("accuracy (%)")
        stored.set_xlabel("stored (KiB)")
        figure.legend(loc="outside lower center", ncols=len(ways))
        heading(figure, f"{combination} among the others", data)
    said = ", ".join(
        f"{row['way']} {row['accuracy']:.1%} [{row['interval']['low']:.1%}, {row['interval']['high']:.1%}] "
        f"at {row['bytes'] / 1024:.1f} KiB"
        for row in chosen
    )
    return Chart(figure, f"{combination}, {data}: {said}.")


def combinations_explorer(rows: Sequence[Mapping[str, Any]], *, data: str) -> widgets.VBox:
    """The chart, with a menu of the combinations.

    >>> run = {"way": "jointly", "accuracy": 0.9, "interval": {"low": 0.88, "high": 0.92}, "bytes": 2048}
    >>> menu = combinations_explorer([{"method": name, **run} for name in ("Q+P", "Q+D")], data="digits").children[0]
    >>> menu.options
    ('Q+P', 'Q+D')
    """
    methods = list(dict.fromkeys(row["method"] for row in rows))
    menu = widgets.Dropdown(options=methods, value=methods[0], description="combination")
    return explore(functools.partial(combinations_chart, rows, data=data), {"combination": menu})
