"""The frontier that is drawn is the one of the points that count, and the shaded area is its hypervolume."""

import numpy as np
import pytest

from compresslab.errors import InputError
from compresslab.explorers import constraints_chart, constraints_explorer
from compresslab.pareto import hypervolume
from compresslab.plots import frontier_chart, spread_chart

POINTS = {"bytes": [9.0, 4.0, 1.0, 5.0], "accuracy": [0.95, 0.94, 0.8, 0.7], "macs": [1.0, 2.0, 3.0, 1.0]}
WAYS = {"bytes": "min", "accuracy": "max"}
ALL = WAYS | {"macs": "min"}


def drawn(chart) -> list[tuple[float, float]]:
    (line,) = (line for line in chart.figure.axes[0].lines if line.get_label() == "frontier")
    return list(zip(line.get_xdata(), line.get_ydata(), strict=True))


def test_the_line_goes_through_the_frontier_of_what_counts() -> None:
    call = {"title": "t", "subtitle": "s"}
    assert drawn(frontier_chart(POINTS, WAYS, **call)) == [(1, 0.8), (4, 0.94), (9, 0.95)]
    chart = frontier_chart(POINTS, WAYS, faded=[1], marked={"the third": 2}, **call)
    assert drawn(chart) == [(1, 0.8), (9, 0.95)]
    assert "3 points, 2 of them on the frontier" in chart.alt and "the third: bytes 1, accuracy 0.8." in chart.alt
    with pytest.raises(InputError, match="no points"):
        frontier_chart(POINTS, WAYS, faded=range(4), **call)
    with pytest.raises(InputError, match="two objectives"):
        frontier_chart(POINTS, {"bytes": "min"}, **call)


@pytest.mark.parametrize("x_way", ["min", "max"])
@pytest.mark.parametrize("y_way", ["min", "max"])
def test_the_shaded_area_is_the_hypervolume(x_way: str, y_way: str) -> None:
    random = np.random.default_rng(0)
    points = {"x": random.random(20), "y": random.random(20)}
    reference = {"x": 0.9 if x_way == "min" else 0.1, "y": 0.8 if y_way == "min" else 0.2}
    ways = {"x": x_way, "y": y_way}
    chart = frontier_chart(points, ways, title="t", subtitle="s", reference=reference)
    (polygon,) = chart.figure.axes[0].collections
    x, y = polygon.get_paths()[0].vertices.T
    area = abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2)
    assert area == pytest.approx(hypervolume(points, ways, reference=reference))


def test_spreads_are_of_the_values() -> None:
    chart = spread_chart({"a": {1: [0.0, 1.0], 2: [2.0]}}, title="t", subtitle="s", x="x", y="y")
    assert chart.figure.axes[0].lines[0].get_ydata().tolist() == [0.5, 2.0]
    for series in ({}, {"a": {1: []}}):
        with pytest.raises(InputError, match="series is empty"):
            spread_chart(series, title="t", subtitle="s", x="x", y="y")


def test_limits_also_of_what_is_not_drawn_take_points_away() -> None:
    names = ["A", "B", "C", "D"]
    chart = constraints_chart(POINTS, ALL, {"accuracy": 0.75, "macs": 2}, names=names, data="digits")
    assert drawn(chart) == [(4, 0.94), (9, 0.95)]
    assert "2 of 4 models keep the limits" in chart.alt
    assert "best bytes: B: bytes 4" in chart.alt and "best accuracy: A: bytes 9" in chart.alt
    with pytest.raises(InputError, match="Loosen a limit"):
        constraints_chart(POINTS, ALL, {"accuracy": 0.9, "bytes": 1}, names=names, data="digits")


def test_the_explorer_starts_loose_redraws_and_says_when_nothing_is_left() -> None:
    explorer = constraints_explorer(POINTS, ALL, names=["A", "B", "C", "D"], data="digits")
    size, accuracy, _, picture = explorer.children
    assert "4 of 4 models" in picture.value
    size.value = 4.0
    assert "2 of 4 models" in picture.value
    accuracy.value = 0.95
    assert "role='alert'" in picture.value and "Loosen a limit" in picture.value
