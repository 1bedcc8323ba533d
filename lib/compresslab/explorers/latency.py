"""What the users of a server waited, over time and by version: pick a stretch of time, and a percentile."""

import ipywidgets as widgets
import numpy as np

from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import FAINT, KINDS, blank, heading, style
from compresslab.serving.load import Load


def latency_chart(load: Load, begin: float, end: float, percentile: float) -> Chart:
    """Latencies of a stretch of time: each answer, and a percentile of each version's.

    Args:
        load: what was sent, and what came back.
        begin, end: seconds since the start, of when requests were due.
        percentile: from 0 to 100.

    Raises:
        InputError: the stretch ends before it begins, or no request was due in it.

    >>> from compresslab.serving.load import Sent
    >>> load = Load(2.0, (Sent(0.1, 0.010, 200, 1), Sent(0.2, 0.030, 200, 2), Sent(0.3, 0.020, 503, None)))
    >>> print(latency_chart(load, 0.0, 1.0, 50).alt)
    From 0.0 to 1.0 s, 3 requests, 1 failed. p50: version 1 10.0 ms of 1, version 2 30.0 ms of 1.
    """
    if begin >= end:
        raise InputError(f"from {begin:g} to {end:g} s: the stretch must end after it begins.")
    due = [each for each in load.sent if begin <= each.at < end]
    if not due:
        raise InputError(f"no request was due between {begin:g} and {end:g} s: take a longer stretch.")
    failed = sum(each.status != 200 for each in due)
    versions = sorted({each.version for each in load.sent if each.version is not None})
    said = []
    with style():
        figure = blank(4.2)
        axis = figure.subplots()
        for version, (colour, marker) in zip(versions, KINDS, strict=False):
            good = [each for each in due if each.status == 200 and each.version == version]
            if not good:
                continue
            times = 1000 * np.array([each.seconds for each in good])
            axis.plot([each.at for each in good], times, marker, color=colour, markersize=3, label=f"version {version}")
            value = float(np.percentile(times, percentile))
            axis.axhline(value, color=colour, linestyle="--", linewidth=1)
            said.append(f"version {version} {value:.1f} ms of {len(good):,}")
        for each in due:
            if each.status != 200:
                axis.axvline(each.at, color=FAINT, linewidth=1)
        axis.set_yscale("log")
        axis.set_xlim(begin, end)
        axis.set_xlabel("request was due (s)")
        axis.set_ylabel("until its answer (ms, log scale)")
        if said:
            figure.legend(loc="outside lower center", ncols=4)
        sum_up = f"from {begin:.1f} to {end:.1f} s, {len(due):,} requests, {failed or 'none'} failed"
        at = f"p{percentile:g}: {', '.join(said) or 'no answers'}"
        heading(figure, sum_up[0].upper() + sum_up[1:], at)
    return Chart(figure, f"{sum_up[0].upper()}{sum_up[1:]}. {at}.")


def latency_explorer(load: Load) -> widgets.VBox:
    """The chart with sliders for the stretch of time and the percentile.

    >>> from compresslab.serving.load import Sent
    >>> explorer = latency_explorer(Load(2.0, (Sent(0.1, 0.010, 200, 1), Sent(0.2, 0.030, 200, 2))))
    >>> explorer.children[1].value
    99.0
    """
    stretch = widgets.FloatRangeSlider(
        value=(0.0, load.seconds), min=0.0, max=load.seconds, step=0.1, description="seconds",
        readout_format=".1f", continuous_update=False, layout={"width": "40em"},
    )  # fmt: skip
    percentile = widgets.FloatSlider(
        value=99.0, min=0.0, max=100.0, step=0.5, description="percentile", readout_format=".1f",
        continuous_update=False, layout={"width": "40em"},
    )  # fmt: skip

    def draw(stretch: tuple[float, float], percentile: float) -> Chart:
        return latency_chart(load, *stretch, percentile)

    return explore(draw, {"stretch": stretch, "percentile": percentile})
