"""Pick a device and a network: which limit it meets in each format, and what to do about it."""

from collections.abc import Mapping
from textwrap import wrap

import ipywidgets as widgets
import numpy as np

from compresslab.advice import Advice, Workload, advise
from compresslab.arguments import one_of, whole
from compresslab.devices import DEVICES, Device
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import KINDS, blank, heading, style

_LETTERS = 106  # of a line of advice
_LINES = 11  # that there is room for


def device_chart(device: Device, workload: Workload) -> Chart:
    """The device's roofs, the workload under each of them, and the advice in words.

    Args:
        device: such as one of `devices.DEVICES`.
        workload: a call of a network.

    Raises:
        InputError: see `advise`.

    >>> call = Workload("one token", macs=10**9, weights=10**9, values=10**6, peak_values=10**4)
    >>> print(device_chart(DEVICES["GPU"], call).alt)
    one token on NVIDIA H100 SXM: fp32 at least 1.2 ms, memory-bound; ... Advice: store int4 weights: ...
    """
    advice = advise(device, workload)
    found = advice.estimates
    intensities = [workload.macs / workload.bytes_in(each.format) for each in found]
    ridges = [device.macs_per_second[each.computed_in] / device.bytes_per_second for each in found]
    low, high = min(*intensities, *ridges) / 3, max(*intensities, *ridges) * 3
    with style():
        figure = blank(5.4)
        axis, words = figure.subplots(2, 1, height_ratios=[5, 3.4])
        axis.set_xscale("log")
        axis.set_yscale("log")
        for number, (each, intensity) in enumerate(zip(found, intensities, strict=True)):
            colour, marker = KINDS[number]
            peak = device.macs_per_second[each.computed_in]
            x = np.array([low, peak / device.bytes_per_second, high])
            axis.plot(x, np.minimum(peak, x * device.bytes_per_second), color=colour, linewidth=1)
            reached = workload.macs / each.seconds
            label = f"{each.format.name}: {_time(each.seconds)} at least, {each.bound}"
            large = each is advice.chosen
            axis.plot(intensity, reached, marker, color=colour, markersize=12 if large else 7, label=label)
        top = 2 * max(device.macs_per_second[each.computed_in] for each in found)
        for each, unit, ends in (
            (axis.xaxis, 1.0, (low, high)),
            (axis.yaxis, 1e9, (low * device.bytes_per_second, top)),
        ):
            start, end = (int(np.floor(np.log10(limit))) for limit in ends)
            ticks = [10.0**power for power in range(start, end + 1, max(1, (end - start) // 3))]
            each.set_ticks(ticks, [f"{tick / unit:,.4g}" for tick in ticks])
        axis.set_xlim(low, high)
        axis.set_ylim(low * device.bytes_per_second, top)
        axis.minorticks_off()
        axis.set_xlabel("MACs per byte moved (log scale)")
        axis.set_ylabel("billion MACs/s (log)")
        axis.legend(loc="lower right", fontsize=9)
        words.axis("off")
        text = words.text(0, 1, _words(advice), fontsize=9, va="top", transform=words.transAxes)
        text.set_in_layout(False)  # it fills the axes that are there for it
        inputs = f", {workload.inputs} at a time" if workload.inputs > 1 else ""
        heading(figure, f"{workload.name}{inputs} on {device.name}", f"Figures: {device.source}")
    told = "; ".join(f"{each.format.name} at least {_time(each.seconds)}, {each.bound}-bound" for each in found)
    listed = "; ".join(map(str, advice.lines))
    return Chart(figure, f"{workload.name}{inputs} on {device.name}: {told}. Advice: {listed}.")


def device_explorer(
    workloads: Mapping[str, Workload], *, devices: Mapping[str, Device] = DEVICES, most_inputs: int = 256
) -> widgets.VBox:
    """The chart with a choice of device and workload, and a slider for the inputs of a call.

    Args:
        workloads: by name, each of one input.
        devices: by name.
        most_inputs: the largest batch; the slider has the powers of two up to it.

    Raises:
        InputError: there is no workload or no device, or the first chart can't be drawn.

    >>> call = Workload("one token", macs=10**9, weights=10**9, values=10**6, peak_values=10**4)
    >>> [control.description for control in device_explorer({"writing": call}).children[:-1]]
    ['device', 'network', 'inputs']
    """
    whole(most_inputs=most_inputs)
    if not workloads or not devices:
        raise InputError("give at least one workload and one device to choose from.")
    wide = {"style": {"description_width": "6em"}, "layout": {"width": "36em"}}
    sizes = [2**power for power in range(most_inputs.bit_length())]

    def draw(device: str, workload: str, inputs: int) -> Chart:
        one_of(tuple(devices), device=device)
        return device_chart(devices[device], workloads[workload].repeated(inputs))

    return explore(
        draw,
        {
            "device": widgets.Dropdown(options=list(devices), description="device", **wide),
            "workload": widgets.Dropdown(options=list(workloads), description="network", **wide),
            "inputs": widgets.SelectionSlider(options=sizes, description="inputs", continuous_update=False, **wide),
        },
    )


def _words(advice: Advice) -> str:
    lines = [part for line in advice.lines for part in _wrapped(str(line))]
    return "\n".join(lines[:_LINES])


def _wrapped(line: str) -> list[str]:
    return wrap(f"• {line}", _LETTERS, subsequent_indent="   ")


def _time(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= factor:
            return f"{float(f'{seconds / factor:.2g}'):g} {unit}"
    return f"{seconds / 1e-9:.1f} ns"
