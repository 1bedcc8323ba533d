"""Structured pruning in pictures: what is cut out of two layers, what is left of a network, and what that is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from torch import Tensor

from compresslab.arguments import whole
from compresslab.benchmark import Ratio
from compresslab.errors import InputError
from compresslab.plots.chart import FAINT, HATCHES, KINDS, WORSE, Chart, blank, heading, style
from compresslab.plots.intervals import error_bars
from compresslab.plots.labels import label_points


@dataclass(frozen=True)
class Saving:
    """What a smaller network promises, and what it gives.

    Attributes:
        name: its label.
        kind: those of a kind share a marker, and a line if they are joined.
        fewer_macs: MACs of the whole network divided by its own.
        faster: measured, over the whole network.

    >>> from compresslab.evaluation import Interval
    >>> faster = Ratio("half", "whole", value=1.5, interval=Interval(1.4, 1.6, level=0.95), rounds=20)
    >>> Saving("half", "filters", fewer_macs=4.0, faster=faster).faster.value  # a quarter of the MACs
    1.5
    """

    name: str
    kind: str
    fewer_macs: float
    faster: Ratio


@dataclass(frozen=True)
class LayerSize:
    """A layer of a network that is drawn as blocks.

    Attributes:
        name: below the block.
        group: layers with the same one lose the same channels.
        before, after: channels that it produces.

    >>> LayerSize("conv1", group="conv1", before=16, after=8).after
    8
    """

    name: str
    group: str
    before: int
    after: int


def cut_chart(
    weights: Mapping[str, Tensor], *, rows: Mapping[str, Sequence[int]], columns: Mapping[str, Sequence[int]]
) -> Chart:
    """Weights as pictures, outputs down and inputs across, with what goes struck out.

    Args:
        weights: of layers, by name: (out, in) or (out, in, k, k), drawn as the norm of each kernel.
        rows, columns: of each layer, the outputs and the inputs that go. A layer may be missing.

    Raises:
        InputError: there is no weight.

    >>> import torch
    >>> print(cut_chart({"conv": torch.ones(4, 3, 3, 3)}, rows={"conv": [0]}, columns={}).alt)
    Weights as pictures, outputs down and inputs across. conv (4, 3, 3, 3) loses outputs 0.
    """
    if not weights:
        raise InputError("weights is empty: give at least one layer to draw.")
    told = []
    with style():
        figure = blank(4)
        axes = figure.subplots(1, len(weights), squeeze=False).flat
        for axis, (name, weight) in zip(axes, weights.items(), strict=True):
            norms = weight.detach().flatten(2).norm(dim=2) if weight.ndim > 2 else weight.detach().abs()
            image = axis.imshow(norms.cpu().numpy(), cmap="viridis", vmin=0, aspect="auto", interpolation="nearest")
            out, into = norms.shape
            gone: Any = {"fill": False, "edgecolor": WORSE, "hatch": "////", "linewidth": 1}
            for row in rows.get(name, ()):
                axis.add_patch(Rectangle((-0.5, row - 0.5), into, 1, **gone))
            for column in columns.get(name, ()):
                axis.add_patch(Rectangle((column - 0.5, -0.5), 1, out, **gone))
            axis.grid(visible=False)
            for ticks in (axis.xaxis, axis.yaxis):
                ticks.set_major_locator(MaxNLocator(integer=True))
            axis.set_title(f"{name} {tuple(weight.shape)}", fontsize=11)
            axis.set_xlabel("input channel (dimension 1)")
            axis.set_ylabel("output channel (dimension 0)")
            figure.colorbar(image, ax=axis, label="norm of the kernel")
            told.append(f"{name} {tuple(weight.shape)} loses {_listed(rows.get(name, ()), columns.get(name, ()))}")
        heading(figure, "What goes with a channel", "hatched: cut out")
    return Chart(figure, f"Weights as pictures, outputs down and inputs across. {'; '.join(told)}.")


def saving_chart(
    savings: Sequence[Saving], *, data: str, machine: str, join: bool = False, label: bool = True
) -> Chart:
    """Measured speed-up over predicted saving: on the dashed line a network is as fast as its MACs promise.

    Args:
        savings: at least one.
        data: what the calls worked on.
        machine: that was measured on.
        join: draw a line through those of a kind, in the order of their MACs.
        label: write each one's name beside its point.

    Raises:
        InputError: there is none.

    >>> from compresslab.evaluation import Interval
    >>> faster = Ratio("half", "whole", value=1.5, interval=Interval(1.4, 1.6, level=0.95), rounds=20)
    >>> print(saving_chart([Saving("half", "filters", 4.0, faster)], data="a net", machine="a CPU").alt)
    Times fewer MACs and times as fast: a net, a CPU. filters, half: 4.00 and 1.50.
    """
    if not savings:
        raise InputError("savings is empty: give at least one network.")
    most = max([*(saving.fewer_macs for saving in savings), *(saving.faster.interval.high for saving in savings)])
    least = min(0.9, *(0.9 * saving.faster.interval.low for saving in savings))
    with style():
        figure = blank(5)
        axis = figure.subplots()
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlim(0.85, 1.5 * most)
        # Room for the labels: the dashed line leaves the picture where nothing was as fast as its MACs promise.
        axis.set_ylim(least, 1.5 * max(1.5, *(saving.faster.interval.high for saving in savings)))
        axis.plot(
            [least, 1.5 * most],
            [least, 1.5 * most],
            "--",
            color="black",
            linewidth=1,
            label="as fast as the MACs promise",
        )
        axis.axhline(1, color=FAINT, linewidth=1)
        for kind, (colour, marker) in zip(dict.fromkeys(s.kind for s in savings), cycle(KINDS), strict=False):
            alike = sorted((s for s in savings if s.kind == kind), key=lambda s: s.fewer_macs)
            faster = [s.faster for s in alike]
            reach = error_bars(
                [f.value for f in faster], [f.interval.low for f in faster], [f.interval.high for f in faster]
            )
            axis.errorbar(
                [s.fewer_macs for s in alike], [s.faster.value for s in alike], yerr=reach, fmt=marker,
                linestyle="-" if join else "none", color=colour, markersize=7, capsize=3, linewidth=1, label=kind,
            )  # fmt: skip
        for ticks in (axis.xaxis, axis.yaxis):
            ticks.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ticks.set_minor_locator(NullLocator())
            ticks.set_major_formatter(FuncFormatter(lambda times, _: f"{times:g}x"))
        axis.set_xlabel("predicted: times fewer MACs (log scale)")
        axis.set_ylabel("measured: times as fast (log scale)")
        figure.legend(loc="outside lower center", ncols=3, fontsize=9)
        ratio = savings[0].faster
        heading(
            figure,
            f"Predicted and measured: {data}",
            f"{machine}; median of {ratio.rounds} rounds, {ratio.interval.level:.0%} interval",
        )
        if label:
            bars = [(s.fewer_macs, s.faster.interval.low, s.fewer_macs, s.faster.interval.high) for s in savings]
            promise = pairwise(np.geomspace(least, most, 40))
            diagonal = [(low, low, high, high) for low, high in promise]
            label_points(figure, axis, [(s.name, s.fewer_macs, s.faster.value) for s in savings], bars + diagonal)
    listed = "; ".join(f"{s.kind}, {s.name}: {s.fewer_macs:.2f} and {s.faster.value:.2f}" for s in savings)
    return Chart(figure, f"Times fewer MACs and times as fast: {data}, {machine}. {listed}.")


def network_chart(layers: Sequence[LayerSize], *, title: str, costs: Mapping[str, tuple[float, float]]) -> Chart:
    """A network as blocks from input to output: outlined what each layer had, filled what it keeps.

    Args:
        layers: in the order of execution.
        title: first line.
        costs: such as "MACs", before and after; drawn as bars of what is left.

    Raises:
        InputError: there is no layer, or none of the costs is positive.

    >>> layers = [LayerSize("conv1", "A", before=16, after=8), LayerSize("conv2", "B", before=32, after=32)]
    >>> print(network_chart(layers, title="A net", costs={"MACs": (100, 50)}).alt)
    A net. MACs 50% left. Channels kept, with the letter of the group: conv1 8 of 16 (A); conv2 32 of 32 (B).
    """
    if not layers or not costs or any(before <= 0 for before, _ in costs.values()):
        raise InputError(f"{len(layers)} layers and costs={dict(costs)}: give at least one of each, above 0.")
    groups = list(dict.fromkeys(layer.group for layer in layers))
    letters = {group: chr(ord("A") + i % 26) for i, group in enumerate(groups)}
    # More groups than colours: those of the second round are hatched, of the third dotted.
    looks = {
        group: {"facecolor": KINDS[i % len(KINDS)][0], "hatch": HATCHES[i // len(KINDS) % len(HATCHES)]}
        for i, group in enumerate(groups)
    }
    with style():
        figure = blank(5)
        blocks, bars = figure.subplots(2, 1, height_ratios=(4, 1 + 0.35 * len(costs)))
        blocks.bar(
            range(len(layers)), [layer.before for layer in layers], 0.8, fill=False, edgecolor=FAINT, linewidth=1
        )
        for group, look in looks.items():
            kept = [(place, layer.after) for place, layer in enumerate(layers) if layer.group == group]
            blocks.bar(*zip(*kept, strict=True), 0.8, edgecolor="white", linewidth=0, **look)
        for place, layer in enumerate(layers):
            text = f"{layer.after}" if layer.after == layer.before else f"{layer.after}\n/ {layer.before}"
            blocks.annotate(text, (place, layer.before), (0, 2), textcoords="offset points", ha="center", fontsize=7)
        names = [f"{letters[layer.group]}  {layer.name}" for layer in layers]
        blocks.set_xticks(range(len(layers)), names, rotation=60, ha="right", rotation_mode="anchor", fontsize=8)
        blocks.set_ylim(0, 1.25 * max(layer.before for layer in layers))
        blocks.set_ylabel("channels")
        blocks.grid(visible=False, axis="x")
        for row, (name, (before, after)) in enumerate(costs.items()):
            _bar(bars, row, name, before, after)
        bars.set_yticks(range(len(costs)), list(costs))
        bars.set_xlim(0, 100)
        bars.invert_yaxis()
        bars.set_xlabel("left of the whole network (%)")
        bars.grid(visible=False, axis="y")
        heading(figure, title, "outlined: before; filled: kept; the same letter: the same channels go")
    listed = "; ".join(f"{layer.name} {layer.after} of {layer.before} ({letters[layer.group]})" for layer in layers)
    left = "; ".join(f"{name} {after / before:.0%} left" for name, (before, after) in costs.items())
    return Chart(figure, f"{title}. {left}. Channels kept, with the letter of the group: {listed}.")


def steps_chart(
    counts: Sequence[int], milliseconds: Sequence[float], *, multiple: int, data: str, machine: str
) -> Chart:
    """Latency of one layer by its number of channels, its multiples marked.

    Args:
        counts: of channels, ascending.
        milliseconds: median of a call, of each.
        multiple: mark these counts.
        data: what the layer is, and works on.
        machine: that was measured on.

    Raises:
        InputError: there are fewer than two counts, not as many times, or `multiple` is below 1.

    >>> print(steps_chart([7, 8], [1.0, 1.1], multiple=8, data="a convolution", machine="a CPU").alt)
    Latency of a convolution by its number of channels, a CPU. At multiples of 8: 8: 1.1 ms.
    """
    if len(counts) < 2 or len(counts) != len(milliseconds):
        raise InputError(f"{len(counts)} counts and {len(milliseconds)} times: give two or more, a time for each.")
    whole(multiple=multiple)
    marked = [i for i, count in enumerate(counts) if count % multiple == 0]
    with style():
        figure = blank(3.6)
        axis = figure.subplots()
        (colour, _), (other, marker), *_ = KINDS
        axis.plot(counts, milliseconds, ".-", color=colour, linewidth=1, label="any count")
        axis.plot(
            [counts[i] for i in marked], [milliseconds[i] for i in marked], marker, color=other, markersize=9,
            label=f"a multiple of {multiple}",
        )  # fmt: skip
        axis.plot(
            [0, counts[-1]],
            [0, milliseconds[-1]],
            "--",
            color=FAINT,
            linewidth=1,
            label="in proportion to its channels",
        )
        axis.set_xlim(0.95 * counts[0], 1.02 * counts[-1])
        axis.set_ylim(0, 1.15 * max(milliseconds))
        axis.set_xlabel("output channels")
        axis.set_ylabel("latency (ms)")
        axis.legend(loc="lower right")
        heading(figure, f"Latency by the number of channels: {data}", f"{machine}; median call")
    listed = ", ".join(f"{counts[i]}: {milliseconds[i]:.3g} ms" for i in marked)
    return Chart(
        figure, f"Latency of {data} by its number of channels, {machine}. At multiples of {multiple}: {listed}."
    )


def _bar(axis: Axes, row: int, name: str, before: float, after: float) -> None:
    share = 100 * after / before
    axis.barh(row, 100, fill=False, edgecolor=FAINT, linewidth=1)
    axis.barh(row, share, color=KINDS[0][0])
    text = f"{share:.0f}%: {after:,.0f} of {before:,.0f}"
    inside = share > 50
    axis.annotate(
        text, (share, row), (-4 if inside else 4, 0), textcoords="offset points", va="center",
        ha="right" if inside else "left", color="white" if inside else "black", fontsize=9,
    )  # fmt: skip


def _listed(rows: Sequence[int], columns: Sequence[int]) -> str:
    parts = [
        f"{what} {', '.join(map(str, which))}" for what, which in (("outputs", rows), ("inputs", columns)) if which
    ]
    return " and ".join(parts) or "nothing"
