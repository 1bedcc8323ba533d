"""Reliability diagrams beside each other: how often models are right where they are so sure."""

from collections.abc import Mapping

from compresslab.errors import InputError
from compresslab.evaluation import Reliability, wilson
from compresslab.plots.chart import FAINT, KINDS, Chart, blank, heading, style
from compresslab.plots.intervals import error_bars

_MOST = 3  # panels that are wide enough to be read


def reliability_chart(found: Mapping[str, Reliability], *, title: str, subtitle: str) -> Chart:
    """A panel for each model: accuracy over confidence with 95% intervals, and bars for where the images lie.

    Args:
        found: by the model's name, one to three.
        title, subtitle: over the figure.

    Raises:
        InputError: there is no model, or more than three.

    >>> from compresslab.evaluation import reliability
    >>> found = {"fp32": reliability([0.9] * 10, [True] * 7 + [False] * 3)}
    >>> print(reliability_chart(found, title="Sure and right", subtitle="10 images").alt)
    Sure and right, 10 images. fp32: calibration error 20.0%, mean confidence less accuracy +20.0%.
    """
    if not 1 <= len(found) <= _MOST:
        raise InputError(f"found has {len(found)} models: give one to {_MOST}, or the panels are too small.")
    with style():
        figure = blank(3.6)
        panels = figure.subplots(1, len(found), sharey=True, squeeze=False)[0]
        for axis, (name, bins) in zip(panels, found.items(), strict=True):
            spans = [wilson(round(right * n), n) for right, n in zip(bins.accuracy, bins.count, strict=True)]
            bars = error_bars(bins.accuracy, [span.low for span in spans], [span.high for span in spans])
            colour, marker = KINDS[0]
            axis.plot([0, 1], [0, 1], "--", color=FAINT, linewidth=1)
            axis.errorbar(bins.confidence, bins.accuracy, yerr=bars, fmt=f"{marker}-", color=colour, capsize=2)
            widths = [high - low for low, high in zip(bins.low, bins.high, strict=True)]
            axis.bar(bins.low, [n / bins.n for n in bins.count], widths, align="edge", color="#CCCCCC", zorder=0)
            axis.set_title(f"{name}: ECE {bins.expected_error:.1%}", fontsize=11)
            axis.set_xlabel("confidence (0 to 1)")
            axis.set_xlim(0, 1)
            axis.set_xticks([0, 0.5, 1])
            axis.set_ylim(0, 1.02)
        panels[0].set_ylabel("right, of these (0 to 1)")
        heading(figure, title, subtitle)
    words = (
        f"{name}: calibration error {bins.expected_error:.1%}, mean confidence less accuracy {bins.overconfidence:+.1%}"
        for name, bins in found.items()
    )
    return Chart(figure, f"{title}, {subtitle}. {'; '.join(words)}.")
