"""How much memory a model's weights take at each width of number, and on which devices they fit."""

import ipywidgets as widgets

from compresslab.arguments import at_least
from compresslab.cost import format_bytes
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, WORSE, blank, heading, style

BITS = {"fp32": 32, "fp16 / bf16": 16, "int8": 8, "int4": 4, "2 bits": 2}
DEVICES = {  # memory in bytes; typical of the class, not of a product
    "microcontroller, 512 kB": 512e3,
    "phone app, 2 GB": 2e9,
    "laptop, 16 GB": 16e9,
    "one large GPU, 80 GB": 80e9,
}


def memory_chart(parameters: float, context_bytes: float = 0.0) -> Chart:
    """Bars of bytes = parameters x bits / 8 (+ what the context takes), with lines at the memory of devices.

    Args:
        parameters: of the model, at least 1.
        context_bytes: kept beside the weights whatever their width: activations, or a KV cache.

    Raises:
        InputError: a number is out of its range.

    >>> print(memory_chart(7e9).alt)
    Memory of 7 billion parameters by width of number: fp32 28 GB, fits one large GPU, 80 GB and larger; ...
    """
    at_least(1, parameters=parameters)
    at_least(0, context_bytes=context_bytes)
    sizes = {name: parameters * bits / 8 + context_bytes for name, bits in BITS.items()}
    with style():
        figure = blank(4)
        axis = figure.subplots()
        axis.set_xscale("log")
        shown = [*sizes.values(), *DEVICES.values()]
        axis.set_xlim(min(shown) / 3, max(shown) * 10)
        for memory in DEVICES.values():
            axis.axvline(memory, color=WORSE, linestyle="--", linewidth=1)
        devices = axis.secondary_xaxis("top")
        devices.set_xticks(list(DEVICES.values()), list(DEVICES), rotation=20, ha="left", fontsize=9, color=WORSE)
        devices.tick_params(which="minor", top=False)
        for row, size in enumerate(sizes.values()):
            axis.plot(size, row, "o", color=BETTER, markersize=10)
            axis.annotate(
                format_bytes(size), (size, row), (0, 8), textcoords="offset points", ha="center", va="bottom",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
        axis.set_yticks(range(len(sizes)), list(sizes))
        axis.set_ylim(len(sizes) - 0.5, -0.8)
        axis.set_xlabel("memory (bytes, log scale; 1 GB is 10⁹ bytes)")
        besides = f" and {format_bytes(context_bytes)} besides" if context_bytes else ""
        heading(figure, f"{_count(parameters)} parameters{besides}", "bytes = parameters x bits / 8")
    fits = "; ".join(f"{name} {format_bytes(size)}, fits {_largest_not_fitting(size)}" for name, size in sizes.items())
    return Chart(figure, f"Memory of {_count(parameters)} parameters by width of number: {fits}.")


def memory_explorer() -> widgets.VBox:
    """The chart with sliders for the number of parameters and for what is kept beside the weights.

    >>> [control.description for control in memory_explorer().children[:-1]]
    ['parameters', 'context (bytes)']
    """
    wide = {"style": {"description_width": "12em"}, "layout": {"width": "40em"}, "continuous_update": False}
    return explore(
        memory_chart,
        {
            "parameters": widgets.FloatLogSlider(
                value=7e9, min=4, max=12, step=0.05, description="parameters", readout_format=".2g", **wide
            ),
            "context_bytes": widgets.FloatLogSlider(
                value=1e6, min=3, max=11, step=0.1, description="context (bytes)", readout_format=".2g", **wide
            ),
        },
    )


def _count(parameters: float) -> str:
    for unit, factor in (("trillion", 1e12), ("billion", 1e9), ("million", 1e6), ("thousand", 1e3)):
        if parameters >= factor:
            return f"{parameters / factor:.3g} {unit}"
    return f"{parameters:.0f}"


def _largest_not_fitting(size: float) -> str:
    fitting = [name for name, memory in DEVICES.items() if size <= memory]
    return f"{fitting[0]} and larger" if fitting else "none of the devices"
