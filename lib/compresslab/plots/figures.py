"""The charts themselves. Each names its data, and its machine where something was timed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise
from typing import Literal

import torch
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from compresslab.arguments import one_of, whole
from compresslab.benchmark import Ratio
from compresslab.data import Dataset
from compresslab.errors import InputError
from compresslab.evaluation import Interval
from compresslab.pareto import frontier
from compresslab.plots.chart import BETTER, FAINT, KINDS, WORSE, Chart, blank, heading, style
from compresslab.plots.intervals import error_bars
from compresslab.plots.labels import label_points
from compresslab.training import Epoch


@dataclass(frozen=True)
class Point:
    """A compressed model on the chart of accuracy against size.

    Attributes:
        name: its label.
        size_bytes: of the file that is shipped.
        accuracy: share, 0 to 1.
        interval: of `accuracy`, as shares.
        kind: points of a kind share a marker and a line in the legend: "fp32", "int8".

    >>> print(Point("pruned", 2_000_000, 0.9, Interval(0.88, 0.92, level=0.95), kind="fp32"))
    pruned: 2 MB, 90.0%
    """

    name: str
    size_bytes: int
    accuracy: float
    interval: Interval
    kind: str

    @property
    def size_mb(self) -> float:
        """Size in megabytes of 10^6 bytes."""
        return self.size_bytes / 1e6

    def __str__(self) -> str:
        return f"{self.name}: {self.size_mb:.3g} MB, {self.accuracy:.1%}"


def sample_page(
    dataset: Dataset,
    split: Literal["train", "validation", "test"] = "train",
    *,
    rows: int = 5,
    columns: int = 10,
    seed: int = 0,
) -> Chart:
    """Images drawn at random from a split, each under the name of its class.

    Args:
        dataset: to look at.
        split: to draw from.
        rows: of images.
        columns: of images.
        seed: of the draw.

    Raises:
        InputError: there is no such split, it does not hold as many images as the page, or a setting is out of range.

    >>> from compresslab.data import load
    >>> print(sample_page(load("digits"), "test", rows=1, columns=2).alt)
    A page of 2 of 450 test images, 8 x 8 pixels, of digits, each under the name of its class.
    """
    one_of(("train", "validation", "test"), split=split)
    whole(rows=rows, columns=columns)
    whole(0, seed=seed)
    images, count = getattr(dataset, split), rows * columns
    if count > len(images):
        raise InputError(f"rows x columns = {count} is more than the {len(images)} images in {split}: take fewer.")
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
    page = images.select(order[:count])
    what = f"{count} of {len(images):,} {split} images, {dataset.image_size} x {dataset.image_size} pixels"
    with style():
        figure = blank(0.5 + rows * (8 / columns + 0.2))
        axes = figure.subplots(rows, columns, squeeze=False).flat
        for axis, image, label in zip(axes, page.images, page.labels.tolist(), strict=True):
            pixels = image.permute(1, 2, 0).squeeze(-1).numpy()  # (H, W) where there is one channel
            axis.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            axis.set_title(dataset.classes[label], fontsize=9, loc="center", pad=2)
            axis.set_axis_off()
        heading(figure, dataset.name, what)
    return Chart(figure, f"A page of {what}, of {dataset.name}, each under the name of its class.")


def accuracy_vs_size(points: Sequence[Point], *, data: str) -> Chart:
    """Accuracy over bytes on disk, with intervals; a stepped line joins the models that no other beats.

    Intervals of models of nearly the same size lie on each other: their ends are drawn in different widths.

    Args:
        points: at least one.
        data: name of the data set that accuracy was measured on.

    Raises:
        InputError: there is no point.

    >>> around = Interval(0.88, 0.92, level=0.95)
    >>> points = [Point("dense", 4_000_000, 0.9, around, "fp32"), Point("small", 1_000_000, 0.9, around, "int8")]
    >>> print(accuracy_vs_size(points, data="digits").alt)
    Accuracy against file size on digits. dense: 4 MB, 90.0%; small: 1 MB, 90.0%. Best at its size: small.
    """
    if not points:
        raise InputError("points is empty: give at least one model to draw.")
    best = frontier(
        {"size": [point.size_bytes for point in points], "accuracy": [point.accuracy for point in points]},
        {"size": "min", "accuracy": "max"},
    )
    left, right = _room([point.size_mb for point in points])
    x = [point.size_mb for point in points]
    caps = _caps(x, alike=(right / left) ** 0.01)
    y = [100 * point.accuracy for point in points]
    with style():
        figure = blank(5.5)
        axis = figure.subplots()
        for kind, (colour, marker) in zip(dict.fromkeys(p.kind for p in points), cycle(KINDS), strict=False):
            alike = [i for i, point in enumerate(points) if point.kind == kind]
            for i in alike:
                low, high = 100 * points[i].interval.low, 100 * points[i].interval.high
                axis.errorbar(
                    x[i], y[i], yerr=error_bars([y[i]], [low], [high]), fmt=marker, color=colour, markersize=8,
                    capsize=caps[i], label=kind if i == alike[0] else "_again",
                )  # fmt: skip
        corners = _staircase([(x[i], y[i]) for i in best], right)
        axis.plot(*zip(*corners, strict=True), color=FAINT, zorder=1, label="best at its size")
        axis.set_xscale("log")
        axis.set_xlim(left, right)
        axis.margins(y=0.15)
        axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.xaxis.set_minor_locator(NullLocator())
        axis.xaxis.set_major_formatter(FuncFormatter(lambda megabytes, _: f"{megabytes:g}"))
        axis.set_xlabel("size of the file (MB of 10⁶ bytes, log scale)")
        axis.set_ylabel("top-1 accuracy (%)")
        figure.legend(loc="outside lower center", ncols=4, fontsize=9)
        level = points[0].interval.level
        heading(figure, f"Accuracy against size on {data}", f"with {level:.0%} intervals")
        bars = [(x[i], 100 * point.interval.low, x[i], 100 * point.interval.high) for i, point in enumerate(points)]
        names = [str(point).replace(": ", "\n") for point in points]
        label_points(figure, axis, list(zip(names, x, y, strict=True)), bars + [a + b for a, b in pairwise(corners)])
    listed = "; ".join(str(point) for point in points)
    names_of_best = ", ".join(points[i].name for i in best)
    return Chart(figure, f"Accuracy against file size on {data}. {listed}. Best at its size: {names_of_best}.")


def speedup_chart(ratios: Sequence[Ratio], *, data: str, machine: str) -> Chart:
    """How many times faster than one reference: bars with intervals, a line at 1x.

    Args:
        ratios: against the same reference, the first on top.
        data: name of the data set whose images were processed, and how many a call.
        machine: with its threads, such as `str(benchmark.machine)`.

    Raises:
        InputError: there is no ratio, or they have different references.

    >>> ratio = Ratio("int8", "fp32", value=2.0, interval=Interval(1.8, 2.2, level=0.95), rounds=20)
    >>> print(speedup_chart([ratio], data="digits", machine="a CPU").alt)
    Speed relative to fp32 on digits, a CPU. int8 2.00x [1.80, 2.20].
    """
    references = {ratio.reference for ratio in ratios}
    if len(references) != 1:
        raise InputError(f"ratios have {len(references)} references, not one: draw a chart for each.")
    reference, rounds, level = ratios[0].reference, ratios[0].rounds, ratios[0].interval.level
    with style():
        figure = blank(1.5 + 0.5 * len(ratios))
        axis = figure.subplots()
        for row, ratio in enumerate(ratios):
            bar = error_bars([ratio.value], [ratio.interval.low], [ratio.interval.high])
            colour = BETTER if ratio.interval.low > 1 else WORSE if ratio.interval.high < 1 else FAINT
            axis.barh(row, ratio.value, height=0.6, color=colour)
            axis.errorbar(ratio.value, row, xerr=bar, color="black", capsize=4)
            beside = max(1, ratio.interval.high), row
            axis.annotate(_times(ratio), beside, (8, 0), textcoords="offset points", va="center")
        axis.axvline(1, color="black", linestyle="--", linewidth=1)
        axis.set_xlim(0, 1.45 * max(1, *(ratio.interval.high for ratio in ratios)))
        axis.set_yticks(range(len(ratios)), [ratio.name for ratio in ratios])
        axis.invert_yaxis()
        axis.grid(visible=False, axis="y")
        axis.set_xlabel(f"times as fast as {reference} (dashed line: 1x)")
        heading(
            figure,
            f"Speed on {data}: blue is faster, orange slower, grey not told apart",
            f"{machine}; median of {rounds} rounds, {level:.0%} interval",
        )
    listed = "; ".join(f"{ratio.name} {_times(ratio)}" for ratio in ratios)
    return Chart(figure, f"Speed relative to {reference} on {data}, {machine}. {listed}.")


def learning_curves(histories: Mapping[str, Sequence[Epoch]], *, data: str) -> Chart:
    """Accuracy and loss over the epochs of one or several runs, validation in full and training in dotted lines.

    Args:
        histories: epochs by name of the run, as `training.fit` gives them.
        data: name of the data set.

    Raises:
        InputError: there is no run, or one has no epoch.

    >>> epoch = Epoch(1, 0.1, 0.5, 0.8, validation_loss=0.6, validation_accuracy=0.7, seconds=30.0)
    >>> print(learning_curves({"baseline": [epoch]}, data="digits").alt)
    Accuracy and loss by epoch on digits. Validation accuracy: baseline ends at 70.0% after 1 epochs.
    """
    if not histories or not all(histories.values()):
        raise InputError("histories is empty, or a run in it is: give at least one epoch of each run.")
    with style():
        figure = blank(4)
        accuracy, loss = figure.subplots(1, 2)
        for (name, epochs), (colour, marker) in zip(histories.items(), cycle(KINDS), strict=False):
            x = [epoch.epoch for epoch in epochs]
            full = {"color": colour, "marker": marker, "markersize": 4}
            dotted = {"color": colour, "linestyle": ":"}
            accuracy.plot(x, [100 * epoch.validation_accuracy for epoch in epochs], label=name, **full)
            accuracy.plot(x, [100 * epoch.train_accuracy for epoch in epochs], **dotted)
            loss.plot(x, [epoch.validation_loss for epoch in epochs], **full)
            loss.plot(x, [epoch.train_loss for epoch in epochs], **dotted)
        _epochs_axis(accuracy, "top-1 accuracy (%)")
        _epochs_axis(loss, "loss (nats)")
        accuracy.legend(loc="best")
        heading(figure, f"Training on {data}", "full lines: validation, dotted: training")
    ends = "; ".join(
        f"{name} ends at {epochs[-1].validation_accuracy:.1%} after {len(epochs)} epochs"
        for name, epochs in histories.items()
    )
    return Chart(figure, f"Accuracy and loss by epoch on {data}. Validation accuracy: {ends}.")


def _room(sizes: Sequence[float]) -> tuple[float, float]:
    """Limits of a log axis with some room on both sides."""
    factor = max(1.5, (max(sizes) / min(sizes)) ** 0.15)
    return min(sizes) / factor, max(sizes) * factor


def _caps(sizes: Sequence[float], *, alike: float) -> list[int]:
    """Half-widths of the intervals' ends in points, wider for each model after the first of about the same size."""
    return [3 + 4 * sum(1 / alike < other / size < alike for other in sizes[:i]) for i, size in enumerate(sizes)]


def _staircase(best: Sequence[tuple[float, float]], right: float) -> list[tuple[float, float]]:
    """Corners of the line of what is best at each size, which goes on to the right edge."""
    ends = [x for x, _ in best[1:]] + [right]
    return [corner for (x, y), end in zip(best, ends, strict=True) for corner in ((x, y), (end, y))]


def _epochs_axis(axis: Axes, quantity: str) -> None:
    axis.set_xlabel("epoch")
    axis.set_ylabel(quantity)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))


def _times(ratio: Ratio) -> str:
    if ratio.name == ratio.reference:
        return "1x"
    return f"{ratio.value:.2f}x [{ratio.interval.low:.2f}, {ratio.interval.high:.2f}]"
