"""The chart of MLPerf's scenarios: a panel each, bars of the measured values, whiskers to bounds and intervals."""

import pytest

from compresslab.benchmark import Offline, SingleStream
from compresslab.errors import InputError
from compresslab.evaluation import Interval
from compresslab.hardware import machine
from compresslab.plots import scenarios_chart

HERE = machine(threads=1)


def stream(latency_ms: float, at_most_ms: float | None, percentile: float = 90.0) -> SingleStream:
    return SingleStream(1024, percentile, latency_ms, at_most_ms, 0.99, seconds=4.0, machine=HERE)


def run(samples_per_second: float) -> Offline:
    between = Interval(0.9 * samples_per_second, 1.2 * samples_per_second, 0.99)
    return Offline(1024, 16, samples_per_second, between, seconds=2.0, machine=HERE)


def test_each_scenario_has_a_panel_with_its_values() -> None:
    chart = scenarios_chart(
        {"fp32": stream(4.0, 4.4), "int8": stream(2.0, None)},
        {"fp32": run(300.0), "int8": run(900.0)},
        data="digits",
        machine="a CPU",
    )
    latency, throughput = chart.figure.axes
    assert [bar.get_width() for bar in latency.patches] == [4.0, 2.0]
    assert [bar.get_width() for bar in throughput.patches] == [300.0, 900.0]
    assert latency.get_xlabel() == "single stream, p90 in ms"
    assert throughput.get_xlabel() == "offline, samples a second"
    assert throughput.get_xlim()[1] > 1080  # the longest whisker
    assert "fp32 4 [4, 4.4]; int8 2 [2, 2]" in chart.alt and "int8 900 [810, 1.08e+03]" in chart.alt


def test_one_scenario_has_the_figure_to_itself() -> None:
    assert len(scenarios_chart({}, {"int8": run(900.0)}, data="digits", machine="a CPU").figure.axes) == 1


def test_what_cannot_be_drawn_together_is_refused() -> None:
    with pytest.raises(InputError, match="at least one scenario"):
        scenarios_chart({}, {}, data="digits", machine="a CPU")
    streams = {"a": stream(1.0, 1.1), "b": stream(1.0, 1.1, percentile=99.0)}
    with pytest.raises(InputError, match=r"\[90.0, 99.0\]"):
        scenarios_chart(streams, {}, data="digits", machine="a CPU")
