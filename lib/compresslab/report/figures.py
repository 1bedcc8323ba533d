"""The report's figures: narrow enough for a phone, each with a caption and its main numbers in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from compresslab.evaluation import CORRUPTIONS, STRENGTHS, GroupHarm, answer_when_sure, wilson
from compresslab.plots import Chart
from compresslab.plots.chart import FAINT, KINDS, WORSE, style
from compresslab.plots.intervals import error_bars
from compresslab.report.results import Comparison

_NAMES = ("original", "compressed")
_WIDTH_INCHES, _DOTS_PER_INCH = 5.2, 170  # letters of 11 points are as large as the text around on a phone
_PICTURES_A_ROW = 4
_THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class Picture:
    """A figure for the page.

    Attributes:
        chart: with its description.
        caption: what it shows, and how to read it.

    >>> Picture(Chart(_blank(1), "an empty figure"), "Nothing.").caption
    'Nothing.'
    """

    chart: Chart
    caption: str


def harm_chart(kind: str, harms: Sequence[GroupHarm], level: float) -> Picture:
    """The change of each group with its interval.

    >>> from compresslab.evaluation import harm_by_group
    >>> harms = harm_by_group([True] * 40, [True] * 30 + [False] * 10, [0, 1] * 20, names=["day", "night"])
    >>> harm_chart("light", harms, 0.95).chart.alt[:41]
    'Change of accuracy by light in points wit'
    """
    changes = [harm.change for harm in harms]
    points = [change.points for change in changes]
    bars = error_bars(points, [c.interval.low for c in changes], [c.interval.high for c in changes])
    with style():
        figure = _blank(0.8 + 0.3 * len(harms))
        axes = figure.subplots()
        rows = np.arange(len(harms))[::-1]
        for row, harm, x, bar in zip(rows, harms, points, bars.T, strict=True):
            colour, marker = (WORSE, "v") if harm.hurt else (KINDS[0][0], "o")
            axes.errorbar(x, row, xerr=bar[:, None], fmt=marker, color=colour, capsize=3)
        axes.axvline(0, color=FAINT, linewidth=1)
        axes.set_yticks(rows, [harm.name for harm in harms])
        axes.set_ylim(-0.6, len(harms) - 0.4)
        axes.set_xlabel("change of accuracy (points)")
    spans = "; ".join(f"{harm.name} {_span(harm)}" for harm in harms)
    return Picture(
        Chart(figure, f"Change of accuracy by {kind} in points with {level:.0%} intervals. {spans}."),
        f"Change by {kind}, compressed less original, with {level:.0%} intervals that hold together. Triangles: "
        "a loss is shown.",
    )


def _span(harm: GroupHarm) -> str:
    interval = harm.change.interval
    return f"{harm.change.points:+.1f} [{interval.low:+.1f}, {interval.high:+.1f}]"


def reliability_chart(found: Comparison) -> Picture:
    """Accuracy by confidence of both models, and where confidences lie."""
    with style():
        figure = _blank(2.9)
        panels = figure.subplots(1, 2, sharey=True)
        for axes, name, own in zip(panels, _NAMES, found.calibrations, strict=True):
            bins = own.reliability
            spans = [wilson(round(a * n), n) for a, n in zip(bins.accuracy, bins.count, strict=True)]
            bars = error_bars(bins.accuracy, [s.low for s in spans], [s.high for s in spans])
            axes.plot([0, 1], [0, 1], color=FAINT, linestyle="--", linewidth=1)
            axes.errorbar(bins.confidence, bins.accuracy, yerr=bars, fmt="o-", color=KINDS[0][0], capsize=2)
            shares = [n / bins.n for n in bins.count]
            widths = [high - low for low, high in zip(bins.low, bins.high, strict=True)]
            axes.bar(bins.low, shares, widths, align="edge", color="#CCCCCC", zorder=0)
            axes.set_title(name, fontsize=11)
            axes.set_xlabel("confidence (0 to 1)")
            axes.set_xlim(0, 1)
            axes.set_xticks([0, 0.5, 1])
            axes.set_ylim(0, 1.02)
        panels[0].set_ylabel("accuracy (0 to 1)")
    words = (
        f"{name}: ECE {own.error_width:.1%}, mean confidence less accuracy {own.reliability.overconfidence:+.1%}"
        for name, own in zip(_NAMES, found.calibrations, strict=True)
    )
    return Picture(
        Chart(figure, f"Reliability diagrams. {'; '.join(words)}."),
        "Right as often as sure? Points: accuracy with 95% intervals; grey: share of images; dashed: ideal.",
    )


def corruption_chart(found: Comparison) -> Picture:
    """Accuracy of both models by strength of each corruption."""
    kinds = [kind for kind in CORRUPTIONS if any(part.corruption == kind for part in found.corrupted)]
    with style():
        figure = _blank(4.4)
        panels = figure.subplots(2, 2, sharex=True, sharey=True)
        for axes in panels.flat[len(kinds) :]:
            axes.set_visible(False)
        for axes, kind in zip(panels.flat, kinds, strict=False):
            parts = [part for part in found.corrupted if part.corruption == kind]
            for name, (colour, marker), dash in zip(_NAMES, KINDS, ("-", "--"), strict=False):
                values = [100 * getattr(part, f"{name}_accuracy") for part in parts]
                axes.plot(STRENGTHS, values, dash, marker=marker, color=colour, label=name)
            axes.set_title(kind, fontsize=11)
            axes.set_xticks(STRENGTHS)
            axes.set_ylim(0, 103)
        for axes in panels[-1]:
            axes.set_xlabel("strength (1 to 5)")
        for axes in panels[:, 0]:
            axes.set_ylabel("accuracy (%)")
        panels[0, 0].legend(loc="lower left")
    worst = min(found.corrupted, key=lambda part: part.change.points)
    mean = sum(part.change.points for part in found.corrupted) / len(found.corrupted)
    return Picture(
        Chart(
            figure,
            f"Accuracy of both models under {', '.join(kinds)} of strengths 1 to 5. Mean change {mean:+.1f} points; "
            f"largest loss under {worst.corruption} of strength {worst.strength}: {100 * worst.original_accuracy:.1f}% "
            f"to {100 * worst.compressed_accuracy:.1f}%.",
        ),
        f"Accuracy on {found.corrupted_images:,} corrupted images, the same ones for both.",
    )


def selective_chart(found: Comparison) -> Picture:
    """What the compressed model is worth where it is sure: accuracy and agreement by coverage."""
    labels, before, after = found.samples.labels, found.original_logits, found.compressed_logits
    alone, pair = (
        [answer_when_sure(before, own, labels, threshold) for threshold in _THRESHOLDS] for own in (before, after)
    )
    lines: list[tuple[Any, str, str]] = [
        (alone, "accuracy", "original right"),
        (pair, "accuracy", "compressed right"),
        (pair, "agreement", "same as original"),
    ]
    with style():
        figure = _blank(3.2)
        axes = figure.subplots()
        for (points, what, label), (colour, marker), dash in zip(lines, KINDS, ("-", "--", ":"), strict=False):
            answered = [point for point in points if point.answered]
            x, y = ([100 * getattr(point, field) for point in answered] for field in ("coverage", what))
            axes.plot(x, y, dash, marker=marker, color=colour, label=label)
        axes.invert_xaxis()
        axes.set_xlabel("images answered (%)")
        axes.set_ylabel("of these (%)")
        axes.legend(loc="lower right")
    last = [point for point in pair if point.answered][-1]
    return Picture(
        Chart(
            figure,
            f"From a confidence of {last.threshold:g} on, the compressed model answers {last.coverage:.1%} of the "
            f"images; it is right on {last.right / last.answered:.1%} of these, and says what the original says on "
            f"{last.agreeing / last.answered:.1%}.",
        ),
        f"Answering only when sure: from confidences of {', '.join(f'{t:g}' for t in _THRESHOLDS)} on.",
    )


def pictures_chart(title: str, caption: str, images: Tensor, labels: Sequence[str]) -> Picture:
    """Images with what both models say of them.

    Args:
        title: begins the description.
        caption: below them.
        images: (n, C, H, W) from 0 to 1, n at least 1.
        labels: one each.

    >>> import torch
    >>> pictures_chart("Two", "Of none.", torch.zeros(2, 1, 8, 8), ["a", "b"]).chart.alt
    'Two. 2 pictures: a; b.'
    """
    rows = -(-len(images) // _PICTURES_A_ROW)
    with style():
        figure = _blank(1.85 * rows)
        panels = figure.subplots(rows, _PICTURES_A_ROW, squeeze=False)
        for axes in panels.flat:
            axes.axis("off")
        for axes, image, label in zip(panels.flat, images, labels, strict=False):
            pixels = image.permute(1, 2, 0).numpy()
            if pixels.shape[2] == 3:
                axes.imshow(pixels, interpolation="nearest")
            else:
                axes.imshow(pixels.mean(2), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            axes.set_title(label, fontsize=10, parse_math=False)
    words = "; ".join(label.replace("\n", ", ") for label in labels)
    return Picture(Chart(figure, f"{title}. {len(images)} pictures: {words}."), caption)


def critical_pictures(found: Comparison, most: int = 12) -> Picture:
    """The critical failures that the compressed model is surest of."""
    failures, names = found.critical[:most], found.classes
    return pictures_chart(
        "Critical failures",
        f"Critical failures: right before, wrong now, with a confidence of {found.critical_confidence:.0%} or more; "
        f"the surest {len(failures)} of {len(found.critical)}.",
        found.samples.images[[failure.index for failure in failures]],
        [f"is {names[f.label]}\nnow {names[f.answer]} ({f.compressed_confidence:.0%})" for f in failures],
    )


def hurt_pictures(found: Comparison, most: int = 12) -> Picture:
    """The images whose right class has lost most of its probability."""
    labels = found.samples.labels
    before, after = (
        logits.double().softmax(1).gather(1, labels[:, None])[:, 0]
        for logits in (found.original_logits, found.compressed_logits)
    )
    order = (before - after).argsort(descending=True, stable=True)[:most]
    rows = zip(labels[order].tolist(), before[order].tolist(), after[order].tolist(), strict=True)
    return pictures_chart(
        "Most hurt",
        "Most hurt: the right class, and its probability before and after.",
        found.samples.images[order],
        [f"{found.classes[label]}\n{p:.0%} to {q:.0%}" for label, p, q in rows],
    )


def _blank(height_inches: float) -> Figure:
    return Figure(figsize=(_WIDTH_INCHES, height_inches), dpi=_DOTS_PER_INCH, layout="constrained")
