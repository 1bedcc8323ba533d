"""A tensor under a scale, a zero point and a number of bits: which values are left, and how far each one moves."""

import functools
import math

import ipywidgets as widgets
import numpy as np
from torch import Tensor

from compresslab.arguments import share
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, WORSE, blank, heading, style
from compresslab.quantization import IntegerFormat, dequantize, quantize, scale_and_zero_point

_BARS = 161
_DOTS = 3000  # values whose error is drawn
_LINES = 64  # levels that can be told apart in the picture


def quantization_chart(tensor: Tensor, bits: int, covered: float, *, symmetric: bool) -> Chart:
    """The histogram of a tensor with the values that so many bits have for it, and the error of each value.

    Args:
        tensor: floating point, any shape, finite, not 0 throughout.
        bits: 2 to 8.
        covered: share of the range from the smallest to the largest value that the integers cover, above 0 to 1; what
            lies beyond is clamped.
        symmetric: 0 in the middle of a signed format, or an unsigned format from the smallest value on.

    Raises:
        InputError: the tensor is empty, not finite or 0 throughout, or a setting is out of its range.

    >>> import torch
    >>> print(quantization_chart(torch.tensor([-1.0, 0.2, 0.4, 1.0]), bits=2, covered=1.0, symmetric=True).alt)
    2 bits, symmetric: scale 1, zero point 0; 0.00% of the values clamped; signal 10.4 dB above the error.
    """
    share(covered=covered, zero=False)
    values = tensor.detach().double().flatten()
    if values.numel() == 0 or not values.isfinite().all() or not values.any():
        raise InputError(f"a tensor of shape {tuple(tensor.shape)} is empty, not finite, or 0 throughout.")
    format = IntegerFormat(bits, signed=symmetric, narrow=symmetric)
    low, high = covered * values.min().clamp_max(0), covered * values.max().clamp_min(0)
    scale, zero_point = scale_and_zero_point(low, high, format, symmetric=symmetric)
    rounded = dequantize(quantize(values, scale, zero_point, format=format), scale, zero_point)
    error = rounded - values
    least, most = ((end - zero_point.item()) * scale.item() for end in (format.lowest, format.highest))
    half = scale.item() / 2
    clamped = ((values < least - half) | (values > most + half)).double().mean().item()
    lost = error.square().mean().item()
    signal = 10 * math.log10(values.square().mean().item() / lost) if lost > 0 else math.inf
    kind = "symmetric" if symmetric else "asymmetric"
    told = f"scale {scale.item():.3g}, zero point {zero_point.item()}"
    with style():
        figure = blank(5.6)
        histogram, errors = figure.subplots(2, 1, sharex=True, height_ratios=(1.2, 1))
        counts, edges = np.histogram(values.numpy(), bins=_BARS)
        histogram.stairs(counts, edges, fill=True, color="#9CC3DE")
        if format.levels <= _LINES:
            levels = scale.item() * (np.arange(format.lowest, format.highest + 1) - zero_point.item())
            histogram.vlines(levels, 0.5, 3 * counts.max(), color=BETTER, linewidth=0.8)
        histogram.set_yscale("log")
        histogram.set_ylim(0.5, 3 * counts.max())
        histogram.set_ylabel("values (number,\nlog scale)")
        dots = values if len(values) <= _DOTS else values[:: len(values) // _DOTS]
        moved = error if len(error) <= _DOTS else error[:: len(error) // _DOTS]
        errors.plot(dots.numpy(), moved.numpy(), ".", color=FAINT, markersize=3)
        for axis in (histogram, errors):
            for end in (least, most):
                axis.axvline(end, color=WORSE, linestyle="--", linewidth=1)
        errors.set_xlabel("value")
        errors.set_ylabel("error: rounded\nminus value")
        heading(
            figure,
            f"{bits} bits, {kind}: {told}",
            f"{clamped:.2%} clamped, signal {signal:.1f} dB above the error; dashed: ends of the range",
        )
    return Chart(
        figure,
        f"{bits} bits, {kind}: {told}; {clamped:.2%} of the values clamped; signal {signal:.1f} dB above the error.",
    )


def quantization_explorer(tensor: Tensor) -> widgets.VBox:
    """The chart with sliders for the bits and the covered range, and a choice of the zero point.

    >>> import torch
    >>> len(quantization_explorer(torch.randn(100)).children)  # three controls and the picture
    4
    """
    wide = {"style": {"description_width": "14em"}, "layout": {"width": "40em"}, "continuous_update": False}
    return explore(
        functools.partial(quantization_chart, tensor.detach().clone()),
        {
            "bits": widgets.IntSlider(value=4, min=2, max=8, description="bits", **wide),
            "covered": widgets.FloatSlider(
                value=1.0, min=0.05, max=1.0, step=0.05, description="covered range", readout_format=".0%", **wide
            ),
            "symmetric": widgets.ToggleButtons(
                options={"symmetric": True, "asymmetric": False},
                value=True,
                description="zero point",
                style={"description_width": "14em", "button_width": "8em"},
            ),
        },
    )
