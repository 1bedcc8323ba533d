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
    Memory of 7 billion parameters by width of number: fp32 28 GB, fits one large GPU; fp16 / bf16 14 GB, ...
    """
    at_least(1, parameters=parameters)
    at_least(0, context_bytes=context_bytes)
    sizes = {name: parameters * bits / 8 + context_bytes for name, bits in BITS.items()}
    with style():
        figure = blank(4)
        axis = figure.subplots()
        axis.set_xscale("log")
        shown = [*sizes.values(), *DEVICES.values()]
        low, high = min(shown) / 3, max(shown) * 10
        for memory in DEVICES.values():
            axis.axvline(memory, color=WORSE, linestyle="--", linewidth=1)
        devices = axis.secondary_xaxis("top")
        devices.set_xticks(list(DEVICES.values()), list(DEVICES), rotation=20, ha="left", fontsize=9, color=WORSE)
        # Hundreds of small ticks would take most of the time of drawing.
        devices.minorticks_off()
        axis.minorticks_off()
        axis.set_xticks(decades := [10.0**power for power in range(3, 17, 3)], [format_bytes(size) for size in decades])
        axis.set_xlim(low, high)
        axis.plot(list(sizes.values()), range(len(sizes)), "o", color=BETTER, markersize=10)
        for row, size in enumerate(sizes.values()):
            axis.annotate(
                format_bytes(size), (size, row), (0, 8), textcoords="offset points", ha="center", va="bottom",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
            axis.text(1.01, row, _smallest_home(size), transform=axis.get_yaxis_transform(), va="center", fontsize=9)
        axis.set_yticks(range(len(sizes)), list(sizes))
        axis.set_ylim(len(sizes) - 0.5, -0.8)
        axis.set_xlabel("memory (log scale; 1 GB is 10⁹ bytes)")
        besides = f" and {format_bytes(context_bytes)} besides" if context_bytes else ""
        heading(figure, f"{_count(parameters)} parameters{besides}", "bytes = parameters x bits / 8")
    fits = "; ".join(f"{name} {format_bytes(size)}, {_smallest_home(size)}" for name, size in sizes.items())
    return Chart(figure, f"Memory of {_count(parameters)} parameters by width of number: {fits}.")


def memory_explorer() -> widgets.VBox:
    """The chart with sliders for the number of parameters and for what is kept beside the weights.

    >>> [control.description for control in memory_explorer().children[:-1]]
    ['parameters', 'context (bytes)']
    """
    wide = {"style": {"description_width": "12em"}, "layout": {"width": "40em"}, "continuous_update": False}
    steps = (1, 1.5, 2, 3, 5, 7)
    counts = [step * 10.0**power for power in range(4, 12) for step in steps] + [1e12]
    contexts = [0.0] + [step * 10.0**power for power in range(3, 11) for step in steps] + [1e11]
    return explore(
        memory_chart,
        {
            "parameters": widgets.SelectionSlider(
                options=[(_count(count), count) for count in counts], value=7e9, description="parameters", **wide
            ),
            "context_bytes": widgets.SelectionSlider(
                options=[(format_bytes(size) if size else "nothing", size) for size in contexts],
                value=1e6, description="context (bytes)", **wide,
            ),
        },
    )  # fmt: skip


def _count(parameters: float) -> str:
    for unit, factor in (("trillion", 1e12), ("billion", 1e9), ("million", 1e6), ("thousand", 1e3)):
        if parameters >= factor:
            return f"{parameters / factor:.3g} {unit}"
    return f"{parameters:.0f}"


def _smallest_home(size: float) -> str:
    fitting = [name for name, memory in DEVICES.items() if size <= memory]
    return f"fits {fitting[0].partition(',')[0]}" if fitting else "fits none of these"
