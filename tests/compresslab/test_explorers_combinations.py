"""The explorer of combinations: the chosen one in colour, every metric where it belongs."""

from typing import Any

import pytest

from compresslab.errors import InputError
from compresslab.explorers import combinations_chart, combinations_explorer
from compresslab.plots.chart import FAINT, KINDS

ROWS: list[dict[str, Any]] = [
    {"method": method, "way": way, "accuracy": accuracy, "interval": {"low": accuracy - 0.02, "high": accuracy + 0.01},
     "bytes": size}
    for method, way, accuracy, size in (
        ("Q", "in stages", 0.95, 4096), ("Q+P", "in stages", 0.92, 1024), ("Q+P", "jointly", 0.93, 2048),
    )
]  # fmt: skip


def test_each_row_has_its_accuracy_its_interval_and_its_bytes() -> None:
    accuracy, stored = combinations_chart(ROWS, "Q+P", data="digits").figure.axes
    lines = [line for line in accuracy.lines if len(line.get_xdata())]
    spans = sorted(tuple(line.get_xdata()) for line in lines if len(line.get_xdata()) == 2)
    assert spans == [pytest.approx(ends) for ends in ((90.0, 93.0), (91.0, 94.0), (93.0, 96.0))]
    points = sorted(float(line.get_xdata()[0]) for line in lines if len(line.get_xdata()) == 1)
    assert points == pytest.approx([92.0, 93.0, 95.0])
    assert sorted(bar.get_width() for bar in stored.patches) == [1.0, 2.0, 4.0]
    assert [label.get_text() for label in accuracy.get_yticklabels()] == ["Q", "Q+P"]


def test_only_the_chosen_combination_has_a_colour() -> None:
    accuracy, _ = combinations_chart(ROWS, "Q+P", data="digits").figure.axes
    colours = {(float(line.get_xdata()[0]), line.get_color()) for line in accuracy.lines if len(line.get_xdata()) == 1}
    assert {(round(x), colour) for x, colour in colours} == {(95, FAINT), (92, KINDS[0][0]), (93, KINDS[1][0])}


def test_the_description_has_the_numbers() -> None:
    alt = combinations_chart(ROWS, "Q+P", data="digits").alt
    assert alt == ("Q+P, digits: in stages 92.0% [90.0%, 93.0%] at 1.0 KiB, jointly 93.0% [91.0%, 94.0%] at 2.0 KiB.")


@pytest.mark.parametrize(
    ("rows", "combination", "says"),
    [(ROWS, "P", "choose from"), ([ROWS[0], ROWS[0]], "Q", "twice"), ([], "Q", "none of the rows")],
)
def test_bad_rows_are_refused(rows: list[dict[str, Any]], combination: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        combinations_chart(rows, combination, data="digits")


def test_the_menu_redraws() -> None:
    menu, picture = combinations_explorer(ROWS, data="digits").children
    assert menu.options == ("Q", "Q+P")
    before = picture.value
    menu.value = "Q+P"
    assert picture.value != before and "Q+P, digits" in picture.value
