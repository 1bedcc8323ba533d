"""The explorer of a student's dials: its bars are what the networks have, its marks are the rule."""

from typing import Any

import pytest

from compresslab.cost import mac_count, parameter_count
from compresslab.errors import InputError
from compresslab.explorers import student_chart, student_explorer
from compresslab.models import scalable_cnn


def bars(**settings: Any) -> list[float]:
    axis = student_chart(**settings).figure.axes[0]
    return [bar.get_x() + bar.get_width() for bar in axis.patches]


def marks(**settings: Any) -> list[float]:
    (line,) = [line for line in student_chart(**settings).figure.axes[0].lines if len(line.get_xdata()) == 3]
    return list(line.get_xdata())


@pytest.mark.parametrize("block", ["standard", "separable", "inverted", "squeezed"])
def test_bars_are_ratios_of_what_the_networks_have(block: str) -> None:
    mine, base = scalable_cnn(block=block, width=2, depth=1.5), scalable_cnn(block=block)
    found = bars(block=block, width=2, depth=1.5, resolution=16)
    assert found[0] == pytest.approx(parameter_count(mine) / parameter_count(base))
    assert found[1] == pytest.approx(mac_count(mine, (1, 3, 16, 16)) / mac_count(base, (1, 3, 32, 32)))
    assert found[2] > 0


def test_with_all_dials_at_one_nothing_changes() -> None:
    assert bars()[:2] == [1.0, 1.0] and marks() == [1.0, 1.0, 1.0]


def test_marks_are_the_rule() -> None:
    assert marks(width=0.5, depth=2, resolution=16) == pytest.approx([2 / 4, 2 / 16, 2 / 16])
    assert marks(width=2, resolution=24, base=16) == pytest.approx([4, 9, 9])


def test_the_controls_redraw() -> None:
    *controls, picture = student_explorer(base=16).children
    seen = {picture.value}
    for control, value in zip(controls, ("separable", 0.5, 2.0, 24), strict=True):
        control.value = value
        seen.add(picture.value)
    assert len(seen) == 5


def test_impossible_dials_are_refused() -> None:
    for wrong in ({"width": 0.0}, {"depth": -1.0}, {"resolution": 4}, {"block": "dense"}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            student_chart(**wrong)
