"""What the charts of pruning in rounds show, read back from matplotlib and from their descriptions."""

import itertools

import ipywidgets as widgets
import numpy as np
import pytest
from matplotlib.figure import Figure

from compresslab.errors import InputError
from compresslab.explorers import schedule_chart, schedule_explorer
from compresslab.plots import differences_chart, fractions_chart, left_by_layer_chart, methods_chart

RECORDED = {
    "data": {"name": "digits32 [made up]"},
    "runs": [
        {"method": method, "sparsity": share, "seed": seed, "accuracy": base - share / 10 + seed / 100}
        for (method, base), share, seed in itertools.product(
            {"one-shot": 0.95, "iterative": 0.97, "rewound": 0.94, "random": 0.9}.items(), (0.95, 0.98), range(3)
        )
    ],
    "dense": [{"seed": seed, "accuracy": 0.96 + seed / 1000} for seed in range(3)],
    "differences": [
        {
            "method": method,
            "against": against,
            "sparsity": share,
            "points": points,
            "interval": {"low": points - 0.5, "high": points + 0.5, "confidence": 0.95},
            "seeds": 3,
            "n": 4000,
        }
        for share in (0.95, 0.98)
        for method, against, points in (
            ("iterative", "one-shot", 2.0),
            ("rewound", "random", 0.25),
            ("a method of a very long name", "another method of a long name", -1.5),
        )
    ],
}


def nothing_is_cut_off(figure: Figure) -> bool:
    """All texts of a figure lie within it."""
    figure.draw_without_rendering()
    inside = figure.bbox.padded(1)
    texts = [text for axis in figure.axes for text in [*axis.texts, *axis.get_yticklabels(), axis.xaxis.label]]
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    boxes += [legend.get_window_extent() for legend in figure.legends]
    return all(inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 for box in boxes)


def test_the_right_fraction_ends_at_the_aim_and_the_wrong_ones_do_not() -> None:
    chart = fractions_chart(0.9, 4)
    right, root, equal = (line.get_ydata() for line in chart.figure.axes[0].lines[:3])
    assert right[0] == 100 and np.isclose(right[-1], 10)
    assert np.isclose(root[-1], 100 * (1 - 0.9**0.25) ** 4) and np.isclose(equal[-1], 100 * (1 - 0.225) ** 4)
    assert "right takes 43.8% a round and ends at 90% sparsity" in chart.alt
    assert nothing_is_cut_off(chart.figure)
    for bad in ({"sparsity": 1.0, "rounds": 4}, {"sparsity": 0.9, "rounds": 1}):
        with pytest.raises(InputError):
            fractions_chart(**bad)


def test_weights_left_are_bars_with_their_counts() -> None:
    left = {"one threshold, far": {"first": 31, "last": 0}, "each layer, a longer name": {"first": 82, "last": 6}}
    chart = left_by_layer_chart(left, title="Weights left", subtitle="made up")
    heights = [[bar.get_height() for bar in bars] for bars in chart.figure.axes[0].containers]
    assert heights == [[31, 0], [82, 6]]
    assert [tick.get_text() for tick in chart.figure.axes[0].get_xticklabels()] == ["first", "last"]
    assert "one threshold, far: first 31, last 0" in chart.alt
    assert nothing_is_cut_off(chart.figure)
    for bad in ({}, {"a": {}}, {"a": {"first": 1}, "b": {"second": 1}}):
        with pytest.raises(InputError):
            left_by_layer_chart(bad, title="", subtitle="")


def test_differences_are_points_with_intervals_and_say_whether_they_include_zero() -> None:
    chart = differences_chart(RECORDED["differences"], data=RECORDED["data"]["name"])
    bars, dots = chart.figure.axes[0].lines[:-1:2], chart.figure.axes[0].lines[1:-1:2]
    assert [list(line.get_xdata()) for line in bars][:3] == [[1.5, 2.5], [-0.25, 0.75], [-2.0, -1.0]]
    assert [line.get_marker() for line in dots] == ["o", "D", "s"] * 2
    assert len({line.get_color() for line in dots}) == 3
    assert "rewound against random (98%): +0.2 [-0.2, +0.8]" in chart.alt and "4,000 test images" in chart.alt
    assert nothing_is_cut_off(chart.figure)
    backwards = RECORDED["differences"][0] | {"interval": {"low": 1.0, "high": 0.0, "confidence": 0.95}}
    for bad in ([], [backwards]):
        with pytest.raises(InputError):
            differences_chart(bad, data="")


def test_a_recorded_comparison_is_drawn_as_it_stands() -> None:
    chart = methods_chart(RECORDED["runs"], data=RECORDED["data"]["name"], dense=RECORDED["dense"])
    assert "one-shot: 86.5% at 95%" in chart.alt and "Not pruned: 96.1%" in chart.alt


def test_a_schedule_keeps_its_budget_and_names_its_largest_cut() -> None:
    chart = schedule_chart(0.96, 2, (10, 30), 5)
    over_time, cuts = chart.figure.axes
    assert all(line.get_xdata()[-1] == 40 and line.get_ydata()[-1] == 96 for line in over_time.lines[::2])
    assert [round(bar.get_width(), 6) for bar in cuts.patches[:2]] == [96, 80]  # 1 - sqrt(0.04) in each of two rounds
    assert "iterative, 2 rounds: the largest cut takes 80% of what is left" in chart.alt
    assert "cubic: the largest cut takes" in chart.alt and "10 epochs remain after the last" in chart.alt
    assert nothing_is_cut_off(chart.figure)
    good = {"sparsity": 0.9, "rounds": 3, "ramp": (0, 40), "every": 1}
    for bad in ({"sparsity": 1.0}, {"rounds": 0}, {"ramp": (20, 20)}, {"ramp": (0, 41)}, {"every": 0}):
        with pytest.raises(InputError):
            schedule_chart(**good | bad)


def test_moving_the_schedule_s_sliders_redraws() -> None:
    explorer = schedule_explorer()
    sparsity, rounds, ramp, _, picture = explorer.children
    before = picture.value
    rounds.value, sparsity.value = 10, 0.99
    assert picture.value != before and "iterative, 10 rounds" in picture.value
    assert isinstance(ramp, widgets.IntRangeSlider)
    ramp.value = (20, 20)
    assert "role='alert'" in picture.value and "must begin before it ends" in picture.value
