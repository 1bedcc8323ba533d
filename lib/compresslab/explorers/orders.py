"""Orders of a pipeline's stages: pick one, and see where it lost accuracy and where it won some back."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import ipywidgets as widgets

from compresslab.cost import format_bytes
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, WORSE, blank, heading, style


def orders_chart(runs: Sequence[Mapping[str, Any]], *, data: str) -> Callable[..., Chart]:
    """A function that draws the history of one order: accuracy after each change, and after the training that follows.

    Args:
        runs: one for each order and kind of pruning, with "pruning", "order" (names of stages) and "history": for each
            seed the lines of a pipeline's history, the untouched model first, with "stage", "before" (None in the
            first), "accuracy" and "weight_bytes".
        data: name of the data and of the split.

    Returns:
        Draws from `pruning` and `order`, the latter as "prune, distil, quantize". All orders share an axis.

    Raises:
        InputError: there is no run. In the function: there is none of this order and kind.

    >>> lines = [
    ...     {"stage": "original", "before": None, "accuracy": 0.9, "weight_bytes": 4000},
    ...     {"stage": "prune", "before": 0.2, "accuracy": 0.85, "weight_bytes": 4000},
    ... ]
    >>> draw = orders_chart([{"pruning": "unstructured", "order": ["prune"], "history": [lines]}], data="digits")
    >>> print(draw(pruning="unstructured", order="prune").alt)
    prune (unstructured), digits, mean of 1 seeds. original 90.0%, 4 kB of weights; prune 20.0%, trained 85.0%, 4 kB.
    """
    if not runs:
        raise InputError("runs is empty: give at least one.")
    by_order = {(run["pruning"], ", ".join(run["order"])): run["history"] for run in runs}
    least = min(line["before"] for seeds in by_order.values() for lines in seeds for line in lines[1:])

    def draw(pruning: str, order: str) -> Chart:
        if (pruning, order) not in by_order:
            raise InputError(f"there is no run of {order!r} with {pruning!r} pruning.")
        seeds = by_order[pruning, order]
        names = [line["stage"] for line in seeds[0]]
        after = [100 * fmean(lines[at]["accuracy"] for lines in seeds) for at in range(len(names))]
        before = [100 * fmean(lines[at]["before"] for lines in seeds) for at in range(1, len(names))]
        sizes = [format_bytes(seeds[0][at]["weight_bytes"]) for at in range(len(names))]
        with style():
            figure = blank(3.6)
            axis = figure.subplots()
            axis.axhline(after[0], color=FAINT, linestyle="--", linewidth=1)
            for at, (start, low, end) in enumerate(zip(after, before, after[1:], strict=False), 1):
                axis.plot([at - 1, at - 0.5], [start, low], "-", color=WORSE)
                axis.plot([at - 0.5, at], [low, end], "-", color=BETTER)
                axis.plot(at - 0.5, low, "v", color=WORSE)
                for lines in seeds:
                    axis.plot(at, 100 * lines[at]["accuracy"], "o", color=BETTER, alpha=0.35, markersize=4)
            axis.plot(range(len(names)), after, "o", color=BETTER)
            labels = [f"{name}\n{size}" for name, size in zip(names, sizes, strict=True)]
            axis.set_xticks(range(len(names)), labels)
            axis.set_ylim(100 * least - 5, 101)
            axis.set_ylabel("validation accuracy (%)")
            lost = f"{after[0] - after[-1]:.1f} points lost since the untouched model"
            heading(figure, f"{order} ({pruning}): {lost}", f"orange: the change; blue: the training after it; {data}")
        said = [f"{names[0]} {after[0]:.1f}%, {sizes[0]} of weights"]
        said += [
            f"{name} {low:.1f}%, trained {end:.1f}%, {size}"
            for name, low, end, size in zip(names[1:], before, after[1:], sizes[1:], strict=True)
        ]
        told = f"{order} ({pruning}), {data}, mean of {len(seeds)} seeds"
        return Chart(figure, f"{told}. {'; '.join(said)}.")

    return draw


def orders_explorer(runs: Sequence[Mapping[str, Any]], *, data: str) -> widgets.VBox:
    """The chart with a choice of the kind of pruning and of the order.

    >>> lines = [
    ...     {"stage": "original", "before": None, "accuracy": 0.9, "weight_bytes": 4000},
    ...     {"stage": "prune", "before": 0.2, "accuracy": 0.85, "weight_bytes": 4000},
    ... ]
    >>> runs = [{"pruning": "unstructured", "order": ["prune"], "history": [lines]}]
    >>> len(orders_explorer(runs, data="digits").children)  # two choices and the picture
    3
    """
    wide = {"style": {"description_width": "8em"}, "layout": {"width": "32em"}}
    kinds = list(dict.fromkeys(run["pruning"] for run in runs))
    orders = list(dict.fromkeys(", ".join(run["order"]) for run in runs))
    controls = {
        "pruning": widgets.Dropdown(options=kinds, description="pruning", **wide),
        "order": widgets.Dropdown(options=orders, description="order", **wide),
    }
    return explore(orders_chart(runs, data=data), controls)
