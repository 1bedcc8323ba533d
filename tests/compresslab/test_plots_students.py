"""The chart of students: a dot for each seed, a bar at each mean, and the description's numbers."""

import pytest

from compresslab.errors import InputError
from compresslab.plots import students_chart

RUNS = [
    {"student": student, "taught": taught, "seed": seed, "accuracy": accuracy}
    for student, taught, accuracies in (
        ("pruned", True, (0.9, 0.8)),
        ("pruned", False, (0.5, 0.7)),
        ("designed", True, (0.85, 0.87)),
    )
    for seed, accuracy in enumerate(accuracies)
]


def test_dots_bars_and_the_teacher_stand_where_they_should() -> None:
    axis = students_chart(RUNS, teacher=0.95, data="digits").figure.axes[0]
    teacher, *lines = axis.lines
    assert list(teacher.get_xdata()) == [95, 95]
    dots = [sorted(line.get_xdata()) for line in lines[::2]]
    assert dots == [pytest.approx(each) for each in ([80, 90], [85, 87], [50, 70])]
    means = [line.get_xdata()[0] for line in lines[1::2]]
    assert means == pytest.approx([85, 86, 60])
    assert [label.get_text() for label in axis.get_yticklabels()] == ["pruned", "designed"]


def test_the_description_has_means_spread_and_notes() -> None:
    alt = students_chart(RUNS, teacher=0.95, data="digits", notes={"designed": "0.8 MMAC"}).alt
    assert "teacher 95.0%" in alt and "labels alone 60.0% (50.0 to 70.0)" in alt
    assert alt.endswith("designed: taught 86.0% (85.0 to 87.0), 0.8 MMAC.")


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(InputError, match="runs is empty"):
        students_chart([], teacher=0.9, data="digits")
