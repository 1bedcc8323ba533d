"""A threshold on the weights of a layer: which go, how many, and where they stood."""

import functools

import ipywidgets as widgets
import numpy as np
from matplotlib.colors import ListedColormap
from torch import Tensor

from compresslab.arguments import at_least
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, WORSE, blank, heading, style

_BARS = 81
_CORNER = (96, 256)  # outputs and inputs in the picture: more would be too small to see


def threshold_chart(weight: Tensor, threshold: float) -> Chart:
    """The histogram of a weight with what is below a threshold marked, and the mask that is left, as a picture.

    Args:
        weight: (out, in), at least one element.
        threshold: a magnitude, 0 or more: weights below it go.

    Raises:
        InputError: the weight is no matrix or has no element, or the threshold is negative.

    >>> import torch
    >>> print(threshold_chart(torch.tensor([[0.1, -0.4], [0.3, 0.05]]), threshold=0.2).alt)
    A threshold of 0.200 leaves 50.0% of 4 weights at zero; 2 of 2 outputs keep at least one weight.
    """
    if weight.ndim != 2 or weight.numel() == 0:
        raise InputError(f"a weight of shape {tuple(weight.shape)} is no matrix with at least one element.")
    at_least(0, threshold=threshold)
    values = weight.detach().double().numpy()
    keep = np.abs(values) >= threshold
    share = 1 - keep.mean()
    corner = keep[: _CORNER[0], : _CORNER[1]]
    with style():
        figure = blank(5.6)
        histogram, picture = figure.subplots(2, 1, height_ratios=(1, 1))
        edges = np.linspace(-1, 1, _BARS + 1) * max(np.abs(values).max(), 1e-12)
        counts = [np.histogram(values[chosen], bins=edges)[0] for chosen in (keep, ~keep)]
        histogram.stairs(counts[0], edges, fill=True, color=BETTER, label="stay")
        histogram.stairs(counts[1], edges, fill=True, facecolor=WORSE, hatch="//", edgecolor="white", label="go")
        for side in (-threshold, threshold):
            histogram.axvline(side, color="black", linestyle="--", linewidth=1)
        histogram.set_yscale("symlog", linthresh=10)
        histogram.minorticks_off()
        histogram.set_xlabel("weight")
        histogram.set_ylabel("weights (number,\nlog scale)")
        histogram.legend(loc="upper right")
        picture.imshow(
            corner, cmap=ListedColormap(["white", BETTER]), vmin=0, vmax=1, aspect="auto", interpolation="nearest"
        )
        picture.grid(visible=False)
        picture.set_xlabel(f"input (number, the first {corner.shape[1]} of {keep.shape[1]})")
        picture.set_ylabel(f"output (number,\nthe first {corner.shape[0]} of {keep.shape[0]})")
        heading(figure, f"Weights below {threshold:.3f} go: {share:.1%} sparse", "below: filled where a weight stays")
    rows = keep.any(axis=1)
    alive = f"{int(rows.sum())} of {len(rows)} outputs keep at least one weight"
    return Chart(
        figure, f"A threshold of {threshold:.3f} leaves {share:.1%} of {keep.size:,} weights at zero; {alive}."
    )


def threshold_explorer(weight: Tensor) -> widgets.VBox:
    """The chart with a slider for the threshold, from nothing pruned to everything.

    >>> import torch
    >>> threshold_explorer(torch.tensor([[0.5, -8.0]])).children[0].value  # an eighth of the largest
    1.0
    """
    weight = weight.detach().clone()
    largest = float(weight.abs().max()) if weight.numel() else 1.0
    slider = widgets.FloatSlider(
        value=largest / 8, min=0.0, max=1.01 * largest, step=largest / 200, description="threshold",
        readout_format=".3f", continuous_update=False, layout={"width": "40em"},
    )  # fmt: skip
    return explore(functools.partial(threshold_chart, weight), {"threshold": slider})
