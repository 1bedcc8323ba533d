"""Charts about zeros show what they are given, in picture and words, and refuse what can't be drawn."""

import numpy as np
import pytest
import torch

from compresslab.errors import InputError
from compresslab.evaluation import Interval
from compresslab.plots import Speed, bytes_chart, masks_chart, revived_chart, speeds_chart, zeros_by_input_chart
from compresslab.plots.sparsity import crossing


def speed(sparsity: float, value: float, spread: float = 1.1) -> Speed:
    return Speed(sparsity, value, Interval(value / spread, value * spread, 0.95))


def test_revived_weights_are_drawn_in_percent_from_step_zero() -> None:
    chart = revived_chart({"plain": [0.0, 0.0, 0.0], "momentum": [0.0, 0.5, 1.0]})
    lines = {line.get_label(): line for line in chart.figure.axes[0].lines}
    assert lines["momentum"].get_xdata().tolist() == [0, 1, 2]
    assert lines["momentum"].get_ydata().tolist() == [0, 50, 100]
    assert "plain: 0%; momentum: 100%" in chart.alt


def test_bytes_are_drawn_in_megabytes_the_first_line_as_the_reference() -> None:
    chart = bytes_chart([0.5, 0.9], {"dense": [4e6, 4e6], "CSR": [4.1e6, 0.8e6]}, data="a layer")
    dense, csr = chart.figure.axes[0].lines
    assert dense.get_marker() == "None" and csr.get_marker() != "None"
    assert csr.get_xdata().tolist() == [50, 90]
    assert csr.get_ydata() == pytest.approx([4.1, 0.8])
    assert "a layer" in chart.alt and "CSR 0.8 MB" in chart.alt


def test_speeds_stand_at_the_share_that_is_left_with_their_intervals() -> None:
    found = [speed(0.5, 0.5), speed(0.9, 2.0), speed(0.99, 8.0)]
    chart = speeds_chart({"batch 1": {"CSR": found}}, title="Speed", machine="a machine")
    axis = chart.figure.axes[0]
    (bars,) = axis.containers
    line, _, (segments,) = bars
    assert line.get_xdata() == pytest.approx([-np.log10(0.5), 1, 2])
    assert line.get_ydata() == pytest.approx([0.5, 2, 8])
    assert segments.get_segments()[1][:, 1] == pytest.approx([2 / 1.1, 2.2])
    assert [label.get_text() for label in axis.get_xticklabels()] == ["50", "90", "99"]
    assert axis.get_yscale() == "log" and axis.get_ylim()[0] < 0.5 / 1.1 and axis.get_ylim()[1] > 8.8
    assert "a machine" in chart.alt and "0.5 at 50%, 8 at 99%" in chart.alt


def test_a_line_has_one_colour_in_all_panels_and_one_legend_entry() -> None:
    panels = {f"batch {n}": {"CSR": [speed(0.9, n)], "masked": [speed(0.9, 1)]} for n in (1, 2, 3)}
    figure = speeds_chart(panels, title="Speed", machine="a machine").figure
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["CSR", "masked"]
    colours = {bars.lines[0].get_color() for axis in figure.axes[:3] for bars in axis.containers[:1]}
    assert len(colours) == 1
    assert [axis.get_visible() for axis in figure.axes] == [True, True, True, False]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.5, 2.0], 0.7),  # half-way in log2: 2^-1 to 2^1
        ([0.2, 0.9], None),
        ([1.0, 1.5], 0.5),
        ([2.0, 0.5], None),  # faster first, slower in the end
        ([2.0, 0.5, 2.0], 0.925),
    ],
)
def test_where_a_line_crosses_one_for_good(values: list[float], expected: float | None) -> None:
    line = [speed(s, v) for s, v in zip((0.5, 0.9, 0.95), values, strict=False)]
    found = crossing(line[::-1])  # in any order
    assert found == (expected if expected is None else pytest.approx(expected))


def test_a_mask_has_a_square_for_each_weight_the_first_row_on_top() -> None:
    mask = torch.tensor([[True, False, False, True], [False, False, True, False]])
    chart = masks_chart({"one": mask, "all": torch.ones(2, 4, dtype=torch.bool)}, title="Masks")
    (squares,) = chart.figure.axes[0].collections
    assert np.asarray(squares.get_array()).reshape(2, 4)[::-1].tolist() == mask.int().tolist()
    assert "one: 3 of 8 weights stay" in chart.alt and "all: 8 of 8" in chart.alt


def test_zeros_by_input_are_counted_beside_the_line_of_the_weights() -> None:
    chart = zeros_by_input_chart(torch.tensor([0.405, 0.405, 0.605]), 0.9, data="three inputs")
    axis = chart.figure.axes[0]
    counts = {round(bar.get_x()): bar.get_height() for bar in axis.patches if bar.get_height()}
    assert counts == {40: 2, 60: 1}
    assert axis.lines[0].get_xdata()[0] == 90
    assert "3 inputs" in chart.alt and "at 90%" in chart.alt


def test_axes_have_labels() -> None:
    line = [speed(0.5, 1.0)]
    for chart in (
        revived_chart({"a": [0.0]}),
        bytes_chart([0.5], {"a": [1.0]}, data="d"),
        speeds_chart({"a": {"b": line}}, title="t", machine="m", columns=1),
        zeros_by_input_chart(torch.ones(1), 0.5, data="d"),
    ):
        axis = chart.figure.axes[0]
        assert "(" in axis.get_xlabel() or "steps" in axis.get_xlabel()
        assert axis.get_ylabel()
        assert chart.png().startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_refused() -> None:
    for draw in (
        lambda: revived_chart({}),
        lambda: revived_chart({"a": []}),
        lambda: bytes_chart([0.5, 0.9], {"a": [1.0]}, data="d"),
        lambda: bytes_chart([], {}, data="d"),
        lambda: speeds_chart({}, title="t", machine="m"),
        lambda: speeds_chart({"a": {"b": []}}, title="t", machine="m"),
        lambda: speeds_chart({"a": {}}, title="t", machine="m"),
        lambda: masks_chart({}, title="t"),
        lambda: masks_chart({"a": torch.ones(3)}, title="t"),
        lambda: zeros_by_input_chart(torch.ones(0), 0.5, data="d"),
    ):
        with pytest.raises(InputError):
            draw()
