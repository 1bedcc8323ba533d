"""The chart of gains, read back from matplotlib and from its description."""

import pytest

from compresslab.errors import InputError
from compresslab.plots import gains_chart


def gained(method: str, at: str, points: float, low: float, high: float) -> dict:
    return {"method": method, "at": at, "points": points, "interval": {"low": low, "high": high}}


GAINS = [
    gained("response", "equal epochs", 2.0, 1.0, 3.0),
    gained("hint", "equal epochs", 1.5, -0.5, 3.5),
    gained("response", "equal seconds", -1.0, -2.0, -0.25),
]


def test_each_interval_stands_in_its_methods_row_and_conditions_lie_beside_each_other() -> None:
    chart = gains_chart(GAINS, title="Gain", subtitle="made up")
    (axis,) = chart.figure.axes
    bars = [line for line in axis.lines if line.get_linewidth() == 2 and len(line.get_xdata()) == 2]
    assert [list(bar.get_xdata()) for bar in bars] == [[1.0, 3.0], [-0.5, 3.5], [-2.0, -0.25]]
    rows = [bar.get_ydata()[0] for bar in bars]
    assert [round(row) for row in rows] == [0, 1, 0] and rows[0] != rows[2]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["response", "hint"]
    bottom, top = axis.get_ylim()
    assert bottom > top  # the first method is at the top
    assert "At equal epochs: response +2.0 [+1.0, +3.0], hint +1.5 [-0.5, +3.5]." in chart.alt
    assert "At equal seconds: response -1.0 [-2.0, -0.2]." in chart.alt


def test_a_mark_is_hollow_where_the_interval_includes_0() -> None:
    axis = gains_chart(GAINS, title="Gain", subtitle="made up").figure.axes[0]
    marks = [line for line in axis.lines if len(line.get_xdata()) == 1]
    assert [mark.get_markerfacecolor() == "white" for mark in marks] == [False, True, False]


def test_the_legend_names_the_conditions() -> None:
    (legend,) = gains_chart(GAINS, title="Gain", subtitle="made up").figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["equal epochs", "equal seconds"]


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InputError, match="differences is empty"):
        gains_chart([], title="", subtitle="")
    with pytest.raises(InputError, match="twice"):
        gains_chart([GAINS[0], GAINS[0]], title="", subtitle="")
    with pytest.raises(InputError, match="ends below its beginning"):
        gains_chart([gained("response", "equal epochs", 0.0, 1.0, -1.0)], title="", subtitle="")
