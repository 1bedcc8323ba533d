"""Charts at intervals of no width, whose ends lie beside the value by a rounding error or more."""

import numpy as np

from compresslab.benchmark import Ratio
from compresslab.evaluation import Interval
from compresslab.plots.figures import Point, accuracy_vs_size, speedup_chart
from compresslab.plots.intervals import error_bars


def test_bars_are_the_distance_to_each_end_and_never_negative() -> None:
    bars = error_bars([1.0, 2.0, 3.0], [0.5, 2.0, 3.5], [1.25, 2.0, 4.0])
    np.testing.assert_array_equal(bars, [[0.5, 0.0, 0.0], [0.25, 0.0, 1.0]])


def test_accuracy_is_drawn_where_its_interval_has_no_width() -> None:
    beside = Interval(np.nextafter(0.9, 1), np.nextafter(0.9, 1), 0.95)
    assert "90.0%" in accuracy_vs_size([Point("a", 1000, 0.9, beside, "fp32")], data="noise").alt


def test_speed_is_drawn_where_its_interval_has_no_width() -> None:
    for end in (np.nextafter(2.0, 3), np.nextafter(2.0, 1)):
        ratio = Ratio("a", "b", 2.0, Interval(end, end, 0.95), 5)
        assert "a 2.00x" in speedup_chart([ratio], data="noise", machine="a machine").alt
