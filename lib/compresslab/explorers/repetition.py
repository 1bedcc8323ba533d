"""How often to repeat a timing, and how much of its beginning to throw away: what both do to the interval."""

import functools
from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.ticker import LogLocator
from numpy.typing import NDArray

from compresslab.arguments import whole
from compresslab.benchmark.bootstrap import bootstrap_interval
from compresslab.errors import InputError
from compresslab.evaluation import Interval
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, KINDS, WORSE, blank, heading, style

_LEVEL, _RESAMPLES = 0.95, 200
_FEWEST = 5  # rounds of an interval
_COUNTS = 8  # intervals in the lower panel


def repetition_chart(times_ms: Mapping[str, Sequence[float]], *, warmup: int, rounds: int) -> Chart:
    """The times of two variants round by round, and the interval of their ratio against the number of rounds.

    Args:
        times_ms: of two variants, measured in the same rounds, the first round first, in milliseconds; the first
            variant is the reference.
        warmup: rounds at the beginning that don't count.
        rounds: that count after those, at least 5.

    Raises:
        InputError: there are not two variants of one length, a time is not positive and finite, or there are fewer
            rounds than asked for.

    >>> times = {"fp32": [9.0, 2.0, 2.0, 2.0, 2.0, 2.0], "int8": [3.0, 1.0, 1.0, 1.0, 1.0, 1.0]}
    >>> print(repetition_chart(times, warmup=1, rounds=5).alt)
    int8 is 2.00 [2.00, 2.00] times as fast as fp32, by 5 rounds after 1 that don't count; the interval spans 0%.
    """
    (reference, slow), (name, fast) = _checked(times_ms)
    whole(0, warmup=warmup)
    whole(_FEWEST, len(slow) - warmup, f"{len(slow)} rounds were measured, less the warm-up", rounds=rounds)
    ratios = slow[warmup : warmup + rounds] / fast[warmup : warmup + rounds]
    counts = np.unique(np.geomspace(_FEWEST, rounds, _COUNTS).round().astype(int))
    intervals = [_interval(ratios[:count]) for count in counts]
    value, last = float(np.median(ratios)), intervals[-1]
    width = (last.high - last.low) / value
    with style():
        figure = blank(5.0)
        above, below = figure.subplots(2, 1, height_ratios=(1.1, 1))
        above.axvspan(0.5, warmup + 0.5, color=WORSE, alpha=0.15, linewidth=0)
        above.axvspan(warmup + 0.5, warmup + rounds + 0.5, color=BETTER, alpha=0.1, linewidth=0)
        for (label, times), (colour, marker) in zip(((reference, slow), (name, fast)), KINDS[:2], strict=True):
            above.plot(np.arange(1, len(times) + 1), times, marker, markersize=3, color=colour, label=label)
        above.set_yscale("log")
        above.minorticks_off()
        above.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=12))
        above.yaxis.set_major_formatter("{x:g}")
        above.set_xlim(0, len(slow) + 1)
        above.set_xlabel("round: orange doesn't count, blue does")
        above.set_ylabel("ms (log scale)")
        above.legend(loc="upper right", ncols=2)
        below.fill_between(counts, [i.low for i in intervals], [i.high for i in intervals], color=BETTER, alpha=0.3)
        below.plot(counts, [np.median(ratios[:count]) for count in counts], "o-", color=BETTER, markersize=4)
        below.axhline(1, color=FAINT, linestyle="--", linewidth=1)
        below.set_xlim(0, len(slow) + 1)
        below.set_xlabel("rounds that count")
        below.set_ylabel(f"times as fast\nas {reference}")
        found = f"{name} is {value:.2f} [{last.low:.2f}, {last.high:.2f}] times as fast as {reference}"
        heading(figure, found, f"{rounds} rounds after {warmup}; {_LEVEL:.0%} interval, {width:.0%} of the ratio wide")
    return Chart(
        figure, f"{found}, by {rounds} rounds after {warmup} that don't count; the interval spans {width:.0%}."
    )


def _checked(times_ms: Mapping[str, Sequence[float]]) -> list[tuple[str, NDArray[np.float64]]]:
    found = [(name, np.asarray(times, dtype=np.float64)) for name, times in times_ms.items()]
    if len(found) != 2 or found[0][1].shape != found[1][1].shape or found[0][1].ndim != 1:
        lengths = ", ".join(f"{name}: {times.size}" for name, times in found) or "none"
        raise InputError(f"times_ms must hold two variants with a time each in every round, not {lengths}.")
    for name, times in found:
        if not (np.isfinite(times) & (times > 0)).all():
            raise InputError(f"times_ms of {name!r} holds a time that is not positive and finite.")
    return found


def _interval(ratios: NDArray[np.float64]) -> Interval:
    return bootstrap_interval(
        ratios, lambda draws: np.median(draws, axis=1), level=_LEVEL, resamples=_RESAMPLES, seed=0
    )


def repetition_explorer(times_ms: Mapping[str, Sequence[float]]) -> widgets.VBox:
    """The chart with sliders: rounds that are thrown away, and rounds that count, each up to half of those measured.

    >>> times = {"fp32": [2.0] * 40, "int8": [1.0] * 40}
    >>> [control.max for control in repetition_explorer(times).children[:2]]
    [20, 20]
    """
    half = len(next(iter(times_ms.values()), ())) // 2
    if half < _FEWEST:
        raise InputError(f"times_ms holds {2 * half} rounds: measure at least {2 * _FEWEST}.")
    settings = {"continuous_update": False, "layout": {"width": "40em"}, "style": {"description_width": "7em"}}
    warmup = widgets.IntSlider(value=0, min=0, max=half, description="warm-up", **settings)
    rounds = widgets.IntSlider(value=min(10, half), min=_FEWEST, max=half, description="rounds", **settings)
    return explore(functools.partial(repetition_chart, times_ms), {"warmup": warmup, "rounds": rounds})
