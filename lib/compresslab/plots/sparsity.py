"""What zeros are worth: bytes and speed by sparsity, masks as pictures, weights that come back to life."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.ticker import FuncFormatter, NullLocator
from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.evaluation import Interval
from compresslab.plots.chart import BETTER, FAINT, KINDS, WORSE, Chart, blank, heading, style
from compresslab.plots.intervals import error_bars

_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)  # of speed-ups


@dataclass(frozen=True)
class Speed:
    """A speed-up at a sparsity.

    Attributes:
        sparsity: share of zeros, 0 to 1.
        value: how many times as fast as the dense matrix.
        interval: of `value`.

    >>> Speed(sparsity=0.9, value=2.0, interval=Interval(1.8, 2.2, level=0.95)).value
    2.0
    """

    sparsity: float
    value: float
    interval: Interval


def revived_chart(runs: Mapping[str, Sequence[float]]) -> Chart:
    """The share of pruned weights that are not zero any more, after each step of training.

    Args:
        runs: by name, a share from 0 to 1 for each step, the first one right after pruning (step 0).

    Raises:
        InputError: there is no run, or one without a step.

    >>> print(revived_chart({"SGD with momentum": [0.0, 1.0], "masked after each step": [0.0, 0.0]}).alt)
    Share of pruned weights ... SGD with momentum: 100%; masked after each step: 0%.
    """
    if not runs or not all(len(shares) for shares in runs.values()):
        raise InputError("runs is empty, or a run in it is: give at least one share for each.")
    with style():
        figure = blank(3.6)
        axis = figure.subplots()
        for place, ((name, shares), (colour, marker)) in enumerate(zip(runs.items(), cycle(KINDS), strict=False)):
            steps = np.arange(len(shares))
            line = ("-", "--", ":", "-.")[place % 4]  # runs often lie on each other, so markers take turns
            axis.plot(
                steps, 100 * np.array(shares), line, color=colour, marker=marker, markevery=(place, len(runs)),
                label=name,
            )  # fmt: skip
        axis.set_ylim(-5, 105)
        axis.set_xlabel("optimizer steps after pruning")
        axis.set_ylabel("pruned weights that\nare not zero (%)")
        figure.legend(loc="outside right center")
        heading(figure, "Who brings pruned weights back", "the gradient of every pruned weight is masked, in all runs")
    last = "; ".join(f"{name}: {shares[-1]:.0%}" for name, shares in runs.items())
    return Chart(figure, f"Share of pruned weights that are not zero after the last of the training steps. {last}.")


def bytes_chart(sparsities: Sequence[float], sizes: Mapping[str, Sequence[float]], *, data: str) -> Chart:
    """Bytes over sparsity, a line for each way of storing the same network.

    Args:
        sparsities: shares of zeros, 0 to 1, rising.
        sizes: by name, bytes for each of the sparsities. The first is the reference, drawn without markers.
        data: what was stored.

    Raises:
        InputError: there is nothing to draw, or a line has another length than `sparsities`.

    >>> print(bytes_chart([0.0, 0.9], {"dense": [4e6, 4e6], "CSR": [8e6, 0.8e6]}, data="a layer").alt)
    Bytes by sparsity, a layer. At 90%: dense 4 MB; CSR 0.8 MB.
    """
    if not sizes or not all(len(line) == len(sparsities) > 0 for line in sizes.values()):
        raise InputError(f"each line of sizes needs {len(sparsities)} values, one for each sparsity, at least one.")
    x = 100 * np.array(sparsities)
    with style():
        figure = blank(4)
        axis = figure.subplots()
        (reference, line), *others = sizes.items()
        axis.plot(x, np.array(line) / 1e6, "--", color=FAINT, label=reference)
        for (name, line), (colour, marker) in zip(others, cycle(KINDS), strict=False):
            axis.plot(x, np.array(line) / 1e6, marker=marker, color=colour, label=name)
        axis.set_ylim(bottom=0)
        axis.set_xlabel("weights that are zero (%)")
        axis.set_ylabel("size (MB of 10⁶ bytes)")
        axis.legend(loc="lower left")
        heading(figure, "Bytes by sparsity", data)
    last = "; ".join(f"{name} {line[-1] / 1e6:.3g} MB" for name, line in sizes.items())
    return Chart(figure, f"Bytes by sparsity, {data}. At {sparsities[-1]:.0%}: {last}.")


def speeds_chart(
    panels: Mapping[str, Mapping[str, Sequence[Speed]]], *, title: str, machine: str, columns: int = 2
) -> Chart:
    """Speed-up over the dense matrix by sparsity, on a log scale, with intervals. A panel each, lines by name.

    The axis of sparsity is stretched towards 100%: its ticks are at equal steps of the share that is left.

    Args:
        panels: title of the panel -> name of the line -> speed-ups, at least one, at sparsities below 1.
        title: of the figure.
        machine: where it was measured.
        columns: of panels.

    Raises:
        InputError: there is no panel, no line, or no speed-up in one; or `columns` is below 1.

    >>> line = [Speed(share, times, Interval(times, times, level=0.95)) for share, times in ((0.5, 0.5), (0.9, 2.0))]
    >>> print(speeds_chart({"one image": {"CSR": line}}, title="Speed", machine="a CPU", columns=1).alt)
    Speed, a CPU. How many times as fast as dense: one image, CSR: 0.5 at 50%, 2 at 90%.
    """
    whole(columns=columns)
    lines = [line for panel in panels.values() for line in panel.values()]
    if not lines or not all(len(line) and len(panel) for panel in panels.values() for line in panel.values()):
        raise InputError("panels is empty, or a panel or line in it is: give at least one speed-up for each.")
    names = list(dict.fromkeys(name for panel in panels.values() for name in panel))
    looks = dict(zip(names, cycle(KINDS), strict=False))
    rows = -(-len(panels) // columns)
    ends = []
    with style():
        figure = blank(0.9 + 3 * rows)
        axes = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for axis in axes.flat[len(panels) :]:
            axis.set_visible(False)
        for axis, (panel, found) in zip(axes.flat, panels.items(), strict=False):
            axis.axhline(1, color=FAINT, linestyle="--", linewidth=1)
            for name, line in found.items():
                _speeds(axis, name, line, *looks[name])
                said = ", ".join(f"{speed.value:.2g} at {speed.sparsity:.0%}" for speed in (line[0], line[-1]))
                ends.append(f"{panel}, {name}: {said}")
            axis.set_title(panel, fontsize=10, loc="left")
        _sparsity_axis(axes.flat[0], lines)
        for axis in axes[-1]:
            axis.set_xlabel("weights that are zero (%)")
        for axis in axes[:, 0]:
            axis.set_ylabel("times as fast as dense\n(log scale)")
        drawn: dict[str, Artist] = {}
        for axis in axes.flat[: len(panels)]:
            drawn |= dict(zip(*reversed(axis.get_legend_handles_labels()), strict=True))
        figure.legend(list(drawn.values()), list(drawn), loc="outside lower center", ncols=4)
        heading(figure, title, machine)
    return Chart(figure, f"{title}, {machine}. How many times as fast as dense: {'; '.join(ends)}.")


def crossing(line: Sequence[Speed]) -> float | None:
    """The sparsity from which on a line stays at 1 or above, interpolated; None if its last value is below 1.

    >>> even = Interval(1, 1, level=0.95)
    >>> crossing([Speed(0.5, 0.5, even), Speed(0.9, 2.0, even)])  # half as fast, twice as fast: the middle
    0.7
    """
    rising = sorted(line, key=lambda speed: speed.sparsity)
    if rising[-1].value < 1:
        return None
    above = rising[-1]
    for speed in reversed(rising[:-1]):
        if speed.value < 1:
            low, high = np.log(speed.value), np.log(above.value)
            return float(speed.sparsity + (above.sparsity - speed.sparsity) * -low / (high - low))
        above = speed
    return above.sparsity


def masks_chart(masks: Mapping[str, Tensor], *, title: str) -> Chart:
    """Masks side by side: a dark square is a weight that stays.

    Args:
        masks: (rows, columns) bool each, by name; small ones, whose weights can be told apart.
        title: of the figure.

    Raises:
        InputError: there is no mask, or one isn't a matrix.

    >>> import torch
    >>> print(masks_chart({"2:4": torch.tensor([[True, False, True, False]])}, title="A pattern").alt)
    A pattern: masks as grids of squares. 2:4: 2 of 4 weights stay.
    """
    if not masks or any(mask.ndim != 2 or mask.numel() == 0 for mask in masks.values()):
        raise InputError("masks: give at least one, and each as a matrix of rows and columns.")
    with style():
        figure = blank(3.4)
        axes = figure.subplots(1, len(masks), squeeze=False)[0]
        for axis, (name, mask) in zip(axes, masks.items(), strict=True):
            axis.pcolormesh(
                mask.flip(0).int().numpy(),
                cmap=ListedColormap(["white", BETTER]),
                vmin=0,
                vmax=1,
                edgecolors="#BBBBBB",
                linewidth=0.5,
            )
            axis.set_aspect("equal")
            axis.set_xticks(range(0, mask.shape[1] + 1, 4))
            for four in range(0, mask.shape[1] + 1, 4):
                axis.axvline(four, color="black", linewidth=1.5)
            axis.set_yticks([])
            axis.grid(visible=False)
            axis.set_xlabel("input (number)")
            axis.set_title(name, fontsize=10, loc="left")
        axes[0].set_ylabel("output")
        heading(figure, title, "a filled square is a weight that stays")
    kept = "; ".join(f"{name}: {int(mask.sum())} of {mask.numel()} weights stay" for name, mask in masks.items())
    return Chart(figure, f"{title}: masks as grids of squares. {kept}.")


def zeros_by_input_chart(per_input: Tensor, weight_share: float, *, data: str) -> Chart:
    """How the share of zero outputs varies over inputs, beside the share of zero weights, which doesn't.

    Args:
        per_input: (N,) share of zeros among the outputs for each input.
        weight_share: share of zeros among the weights.
        data: what the inputs are.

    Raises:
        InputError: there is no input.

    >>> import torch
    >>> print(zeros_by_input_chart(torch.tensor([0.4, 0.6]), weight_share=0.5, data="digits").alt)
    Histogram of the share of zero outputs over 2 inputs of digits: from 40% to 60%. ... one line, at 50%.
    """
    if per_input.numel() == 0:
        raise InputError("per_input is empty: give the share of at least one input.")
    shares = 100 * per_input.detach().double().numpy()
    with style():
        figure = blank(3.2)
        axis = figure.subplots()
        axis.hist(shares, bins=list(range(101)), color=BETTER, label="outputs after the ReLU, one count an input")
        axis.axvline(100 * weight_share, color=WORSE, linestyle="--", label="weights, the same for every input")
        axis.set_xlim(0, 100)
        axis.set_xlabel("zeros (%)")
        axis.set_ylabel("inputs (number)")
        figure.legend(loc="outside lower center", ncols=2)
        heading(figure, "Two kinds of sparsity", data)
    return Chart(
        figure,
        f"Histogram of the share of zero outputs over {len(shares)} inputs of {data}: from {shares.min():.0f}% to "
        f"{shares.max():.0f}%. The share of zero weights is one line, at {weight_share:.0%}.",
    )


def _speeds(axis: Axes, name: str, line: Sequence[Speed], colour: str, marker: str) -> None:
    values = [speed.value for speed in line]
    bars = error_bars(values, [speed.interval.low for speed in line], [speed.interval.high for speed in line])
    axis.errorbar(
        [-np.log10(1 - speed.sparsity) for speed in line],
        values,
        yerr=bars,
        color=colour,
        marker=marker,
        markersize=5,
        capsize=2,
        label=name,
    )


def _sparsity_axis(axis: Axes, lines: Sequence[Sequence[Speed]]) -> None:
    shown = [share for share in (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99) if share in _sparsities(lines)]
    shown = shown or sorted(_sparsities(lines))
    axis.set_xticks([-np.log10(1 - share) for share in shown], [f"{100 * share:g}" for share in shown])
    axis.set_yscale("log")
    low = min(speed.interval.low for line in lines for speed in line)
    high = max(speed.interval.high for line in lines for speed in line)
    axis.set_ylim(min(low / 1.2, 0.8), max(high * 1.2, 1.25))
    axis.set_yticks([tick for tick in _TICKS if axis.get_ylim()[0] <= tick <= axis.get_ylim()[1]])
    axis.yaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter(FuncFormatter(lambda times, _: f"{times:g}"))


def _sparsities(lines: Sequence[Sequence[Speed]]) -> set[float]:
    return {speed.sparsity for line in lines for speed in line}
