"""MLPerf's scenarios, drawn: how long a query takes in a single stream, and how many samples a second go through."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from compresslab.benchmark import Offline, SingleStream
from compresslab.errors import InputError
from compresslab.plots.chart import KINDS, Chart, blank, heading, style
from compresslab.plots.intervals import error_bars

_Bars = Mapping[str, tuple[float, float, float]]  # value and both ends, by name


def scenarios_chart(
    streams: Mapping[str, SingleStream], at_hand: Mapping[str, Offline], *, data: str, machine: str
) -> Chart:
    """A panel of bars for each scenario that was measured.

    Args:
        streams: single streams by name of the model, all of the same percentile; a whisker reaches to the bound.
        at_hand: offline runs by name of the model, with their intervals.
        data: what was worked on.
        machine: with its threads.

    Raises:
        InputError: nothing was measured, or the streams give different percentiles.

    >>> from compresslab.hardware import machine as this
    >>> stream = SingleStream(1024, 90, 4.0, at_most_ms=4.4, confidence=0.99, seconds=4.1, machine=this(threads=1))
    >>> print(scenarios_chart({"int8": stream}, {}, data="digits", machine="a CPU").alt)
    Scenarios on digits, a CPU. Single stream, p90 in ms: int8 4 [4, 4.4].
    """
    percentiles = {stream.percentile for stream in streams.values()}
    if len(percentiles) > 1:
        raise InputError(f"single streams of the percentiles {sorted(percentiles)}: draw a chart for each.")
    panels: dict[str, _Bars] = {}
    if streams:
        (percentile,) = percentiles
        panels[f"single stream, p{percentile:g} in ms"] = {
            name: (stream.latency_ms, stream.latency_ms, stream.at_most_ms or stream.latency_ms)
            for name, stream in streams.items()
        }
    if at_hand:
        panels["offline, samples a second"] = {
            name: (run.samples_per_second, run.interval.low, run.interval.high) for name, run in at_hand.items()
        }
    if not panels:
        raise InputError("streams and at_hand are empty: measure at least one scenario.")
    with style():
        figure = blank(1.5 + 0.45 * max(map(len, panels.values())))
        for axis, (label, bars) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
            _draw(axis, label, bars)
        if len(figure.axes) > 1 and list(streams) == list(at_hand):
            figure.axes[1].tick_params(labelleft=False)  # names may be long, and stand at the left already
        heading(figure, f"One by one, and all at hand: {data}", machine)
    listed = ". ".join(
        f"{label[0].upper()}{label[1:]}: "
        + "; ".join(f"{name} {value:.3g} [{low:.3g}, {high:.3g}]" for name, (value, low, high) in bars.items())
        for label, bars in panels.items()
    )
    return Chart(figure, f"Scenarios on {data}, {machine}. {listed}.")


def _draw(axis: Axes, label: str, bars: _Bars) -> None:
    for row, (value, low, high) in enumerate(bars.values()):
        axis.barh(row, value, height=0.6, color=KINDS[0][0])
        axis.errorbar(value, row, xerr=error_bars([value], [low], [high]), color="black", capsize=4)
        axis.annotate(f"{value:.3g}", (high, row), (6, 0), textcoords="offset points", va="center")
    axis.set_yticks(range(len(bars)), list(bars))
    axis.invert_yaxis()
    axis.set_xlim(0, 1.3 * max(high for _, _, high in bars.values()))
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(label)
