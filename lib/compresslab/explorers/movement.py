"""Where weights come from and where they go: which of them does each criterion keep?"""

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
from torch import Tensor

from compresslab.arguments import one_of
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, WORSE, blank, heading, style
from compresslab.pruning import Scores, masks_from_scores

_MOST_POINTS = 4000  # drawn at once: more only blacken the picture


def movement_chart(
    before: Mapping[str, Tensor],
    after: Mapping[str, Tensor],
    scores: Mapping[str, Scores],
    *,
    criterion: str,
    sparsity: float,
    layer: str,
    change: bool = False,
) -> Chart:
    """The weights of a layer as points, before training across and after it upwards, kept ones apart from pruned ones.

    Points on the rising diagonal stood still. Between a diagonal and the vertical axis a weight has moved away from
    zero, between a diagonal and the horizontal axis towards it. Where training moved little, all of them lie close to
    the diagonal; their change, on a scale of its own, then shows more.

    Args:
        before, after: weights by name, before and after training.
        scores: of all these weights, by criterion; larger means keep.
        criterion: of `scores`.
        sparsity: share to prune, in the layer.
        layer: name of the weight.
        change: draw how much each weight has changed upwards, in place of where it is now.

    Raises:
        InputError: there is no such criterion or layer, or a setting is out of its range.

    >>> import torch
    >>> before, after = {"fc": torch.tensor([[1.0, 0.2]])}, {"fc": torch.tensor([[0.9, 0.5]])}
    >>> scores = {"magnitude": {"fc": after["fc"].abs()}}
    >>> print(movement_chart(before, after, scores, criterion="magnitude", sparsity=0.5, layer="fc").alt)
    Weights of fc as points, ... Pruned to 50% by magnitude: 1 of 2 kept; 0% of the kept moved away from zero, ...
    """
    one_of(scores, criterion=criterion)
    if layer not in before or layer not in after or layer not in scores[criterion]:
        raise InputError(f"layer={layer!r} has no weights before, after or no scores: choose from {', '.join(before)}.")
    keep = masks_from_scores({layer: scores[criterion][layer]}, sparsity=sparsity, scope="layer")[layer]
    x, y, kept = (tensor.detach().flatten().numpy() for tensor in (before[layer], after[layer], keep))
    away = np.abs(y) > np.abs(x)
    upwards = y - x if change else y
    width, height = (1.08 * max(float(np.abs(line).max()), 1e-12) for line in (x, upwards))
    if not change:
        width = height = max(width, height)
    some = np.random.default_rng(0).permutation(len(x))[:_MOST_POINTS]
    with style():
        figure = blank(5.6)
        axis = figure.subplots()
        for slope in (0, -2) if change else (1, -1):
            axis.plot([-width, width], [-slope * width, slope * width], "--", color=FAINT, linewidth=1)
        axis.axhline(0, color=FAINT, linewidth=1)
        axis.axvline(0, color=FAINT, linewidth=1)
        out, stay = some[~kept[some]], some[kept[some]]
        axis.scatter(
            x[out], upwards[out], s=10, marker="x", color=WORSE, linewidths=0.7, alpha=0.5,
            label=f"pruned ({(~kept).sum():,})",
        )  # fmt: skip
        axis.scatter(x[stay], upwards[stay], s=16, color=BETTER, linewidths=0, label=f"kept ({kept.sum():,})")
        axis.set_xlim(-width, width)
        axis.set_ylim(-height, height)
        axis.set_aspect(width / height)
        axis.set_xlabel("weight before fine-tuning")
        axis.set_ylabel("change by fine-tuning" if change else "weight after fine-tuning")
        figure.legend(loc="outside right upper")
        heading(figure, f"{layer}, {sparsity:.0%} pruned by {criterion}", "dashed: same size before and after")
    share = f"{away[kept].mean():.0%} of the kept moved away from zero" if kept.any() else "nothing is kept"
    shown = "their change" if change else "after it"
    return Chart(
        figure,
        f"Weights of {layer} as points, before fine-tuning against {shown}. Pruned to {sparsity:.0%} by {criterion}: "
        f"{kept.sum():,} of {len(x):,} kept; {share}, of all weights {away.mean():.0%} did.",
    )


def movement_explorer(
    before: Mapping[str, Tensor], after: Mapping[str, Tensor], scores: Mapping[str, Scores]
) -> widgets.VBox:
    """The chart with a choice of criterion and layer, and a slider for the sparsity. Arguments as `movement_chart`.

    >>> import torch
    >>> before, after = {"fc": torch.tensor([[1.0, 0.2]])}, {"fc": torch.tensor([[0.9, 0.5]])}
    >>> scores = {"magnitude": {"fc": after["fc"].abs()}}
    >>> len(movement_explorer(before, after, scores).children)  # four controls and the picture
    5
    """
    wide = {"style": {"description_width": "8em"}, "layout": {"width": "36em"}}
    return explore(
        lambda **settings: movement_chart(before, after, scores, **settings),
        {
            "criterion": widgets.Dropdown(options=list(scores), description="criterion", **wide),
            "sparsity": widgets.FloatSlider(
                value=0.9, min=0, max=0.99, step=0.01, description="sparsity", readout_format=".0%",
                continuous_update=False, **wide,
            ),
            "layer": widgets.Dropdown(options=list(before), description="layer", **wide),
            "change": widgets.Checkbox(value=True, description="show the change", **wide),
        },
    )  # fmt: skip
