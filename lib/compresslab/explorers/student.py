"""Three dials of a student, width, depth and resolution: what it then has and does, beside the rule of thumb."""

import functools
import statistics
import time

import ipywidgets as widgets
import torch
from torch import nn

from compresslab.arguments import whole
from compresslab.cost import mac_count, parameter_count
from compresslab.explorers.explore import explore
from compresslab.models import Scaling, scalable_cnn
from compresslab.models.scalable import Block
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, WORSE, blank, heading, style

_CALLS = 5  # timed of each network, after one that isn't


def student_chart(
    *, block: Block = "inverted", width: float = 1.0, depth: float = 1.0, resolution: int = 32, base: int = 32
) -> Chart:
    """Parameters, MACs and time of a network as multiples of the same network with all dials at 1.

    Beside each bar stands what the rule says: depth * width^2 for parameters, times resolution^2 for MACs. For the time
    there is no rule; the mark there is the one of the MACs, and the distance from it is what MACs don't tell.

    Args:
        block, width, depth: of `models.scalable_cnn`.
        resolution: side of the images in pixels, 8 or more.
        base: side of the images of the network that it is compared with.

    Raises:
        InputError: a setting is out of its range.

    >>> print(student_chart(width=0.5, resolution=16).alt)
    inverted blocks, width 0.5, depth 1, 16 pixels: parameters ... Rule: parameters 0.25, MACs 0.0625.
    """
    whole(8, resolution=resolution, base=base)
    rule = Scaling(width, depth, resolution / base)
    scaled = _measured(scalable_cnn(block=block, width=width, depth=depth), resolution)
    whole_one = _base(block, base)
    names = ("parameters", "MACs", "time")
    bars = [mine / theirs for mine, theirs in zip(scaled, whole_one, strict=True)]
    marks = [rule.parameters, rule.macs, rule.macs]
    units = (f"{scaled[0] / 1e3:,.0f} thousand", f"{scaled[1] / 1e6:,.2f} million", f"{scaled[2]:.1f} ms an image")
    with style():
        figure = blank(3.4)
        axis = figure.subplots()
        axis.set_xscale("log", base=2)
        axis.axvline(1, color=FAINT, linewidth=1)
        axis.barh(names, [bar - 1 for bar in bars], left=1, color=BETTER, height=0.5)
        axis.plot(marks, range(3), "D", color=WORSE, label="by the rule (time: as the MACs)")
        low, high = min(*bars, *marks, 0.5), max(*bars, *marks, 2.0)
        axis.set_xlim(low / 2, high * 2)
        ticks = [2.0**power for power in range(-12, 13, 2) if low / 2 <= 2.0**power <= high * 2]
        axis.set_xticks(ticks, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}" for tick in ticks])
        axis.minorticks_off()
        for row, text in enumerate(units):
            axis.text(1.01, row, text, transform=axis.get_yaxis_transform(), va="center", fontsize=9)
        axis.invert_yaxis()
        axis.set_xlabel("times the network with all dials at 1 (log scale)")
        figure.legend(loc="outside upper right")
        said = f"{block} blocks, width {width:g}, depth {depth:g}, {resolution} pixels"
        heading(figure, said, f"against width 1, depth 1, {base} pixels; one image, one thread")
    measured = "; ".join(f"{name} {bar:.3g} times, {unit}" for name, bar, unit in zip(names, bars, units, strict=True))
    return Chart(figure, f"{said}: {measured}. Rule: parameters {rule.parameters:.3g}, MACs {rule.macs:.3g}.")


def student_explorer(*, base: int = 16) -> widgets.VBox:
    """The chart with a choice of block and three dials.

    Args:
        base: see `student_chart`.

    >>> len(student_explorer().children)  # four controls and the picture
    5
    """
    wide = {"style": {"description_width": "8em"}, "layout": {"width": "36em"}, "continuous_update": False}
    dial = {"min": 0.25, "max": 2.0, "step": 0.25, "value": 1.0}
    return explore(
        lambda **settings: student_chart(base=base, **settings),
        {
            "block": widgets.Dropdown(
                options=["standard", "separable", "inverted", "squeezed"], value="inverted", description="block",
                style={"description_width": "8em"},
            ),
            "width": widgets.FloatSlider(description="width", **dial, **wide),
            "depth": widgets.FloatSlider(description="depth", **dial, **wide),
            "resolution": widgets.IntSlider(
                value=base, min=base // 2, max=2 * base, step=base // 4, description="resolution", **wide
            ),
        },
    )  # fmt: skip


@functools.cache
def _base(block: Block, side: int) -> tuple[int, int, float]:
    return _measured(scalable_cnn(block=block), side)


def _measured(model: nn.Module, side: int) -> tuple[int, int, float]:
    """Parameters, MACs of an image, and the median of its milliseconds."""
    image, milliseconds = torch.zeros(1, 3, side, side), []
    threads = torch.get_num_threads()
    model.eval()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            for call in range(_CALLS + 1):
                start = time.perf_counter()
                model(image)
                if call:
                    milliseconds.append(1e3 * (time.perf_counter() - start))
    finally:
        torch.set_num_threads(threads)
    return parameter_count(model), mac_count(model, image.shape), statistics.median(milliseconds)
