"""The chart of tokens a second draws what it is given, and refuses nothing to draw."""

import pytest

from compresslab.errors import InputError
from compresslab.plots import tokens_chart


def test_lines_are_the_speeds_at_their_places() -> None:
    lines = {"fp32": [(1, 70.0), (512, 60.0), (2048, 40.0)], "int4": [(1, 310.0), (2048, 60.0)]}
    chart = tokens_chart({"before": lines, "texts": {"fp32": [(4, 130.0)]}}, title="T", subtitle="S")
    first, second = chart.figure.axes
    assert [list(line.get_xdata()) for line in first.lines] == [[0, 1, 2], [0, 2]]
    assert list(first.lines[1].get_ydata()) == [310.0, 60.0] and list(second.lines[0].get_ydata()) == [130.0]
    assert first.get_ylim()[0] == 0 and chart.png().startswith(b"\x89PNG")
    assert [tick.get_text() for tick in first.get_xticklabels()] == ["1", "512", "2,048"]


def test_nothing_to_draw_is_refused() -> None:
    for panels in ({}, {"before": {}}, {"before": {"fp32": []}}):
        with pytest.raises(InputError, match="panels is empty"):
            tokens_chart(panels, title="T", subtitle="S")
