"""The explorer of a project's variants: what is chosen, and that the learner's own file is drawn but never chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compresslab.errors import InputError
from compresslab.explorers import Candidate, capstone_chart, capstone_explorer
from compresslab.explorers.capstone import chosen

ROWS = [
    Candidate("baseline", 2_800_000, 0.40, 0.950, 0.955),
    Candidate("Q", 750_000, 0.20, 0.950, 0.955),
    Candidate("Q+D", 220_000, 0.15, 0.930, 0.940),
    Candidate("tiny", 90_000, 0.10, 0.850, 0.990),
]
MINE = Candidate("yours", 60_000, 0.05, 0.99, 0.97)


@pytest.mark.parametrize(("tolerance", "name"), [(0, "Q"), (1.99, "Q"), (2, "Q+D"), (9.9, "Q+D"), (10, "tiny")])
def test_the_smallest_within_the_tolerance_by_validation_is_chosen(tolerance: float, name: str) -> None:
    assert chosen(ROWS, tolerance).name == name


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 20)), min_size=1, max_size=6), st.integers(0, 20))
def test_it_is_what_whole_counts_say(found: list[tuple[int, int]], tolerance: int) -> None:
    rows = [Candidate(str(n), size, 1.0, right / 20, 0.5) for n, (size, right) in enumerate(found)]
    fit = [each for each, (_, right) in zip(rows, found, strict=True) if 5 * (found[0][1] - right) <= tolerance]
    assert chosen(rows, tolerance) == min(fit, key=lambda each: each.size_bytes)


@pytest.mark.parametrize("across", ["kilobytes", "milliseconds"])
def test_the_chart_has_every_file_and_rings_the_chosen_and_the_own_one(across: str) -> None:
    chart = capstone_chart(ROWS, MINE, data="digits32")(across, tolerance=2.0)
    (axis,) = chart.figure.axes
    drawn = {(x, y) for line in axis.lines for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)}
    at = {"kilobytes": lambda each: each.size_bytes / 1000, "milliseconds": lambda each: each.milliseconds}[across]
    assert {(at(each), 100 * each.test) for each in [*ROWS, MINE]} <= drawn
    assert chart.alt.startswith("Chosen: Q+D, 220,000 bytes, 0.150 ms, 94.0%, digits32; +1.5 points")
    assert "yours: " in chart.alt and "Q+D: " in chart.alt
    _, labels = axis.get_legend_handles_labels()
    assert {"may be chosen", "loses too much", "yours"} <= set(labels)


def test_its_controls_redraw_and_bad_candidates_are_refused() -> None:
    across, tolerance, picture = capstone_explorer(ROWS, MINE, data="digits32").children
    tolerance.value = 6
    assert "Chosen: Q+D" in picture.value
    tolerance.value, across.value = 0, "milliseconds"
    assert "Chosen: Q," in picture.value
    with pytest.raises(InputError, match="at least the baseline"):
        capstone_explorer([], data="digits32")
    with pytest.raises(InputError, match="tolerance=-1"):
        chosen(ROWS, -1)
    with pytest.raises(InputError, match="validation=95"):
        Candidate("per cent", 1, 1.0, 95, 0.5)
