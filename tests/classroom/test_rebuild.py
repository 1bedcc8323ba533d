import json
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.notebook.cells import MOST_CELLS, Cell, parse, read, rebuild
from compresslab.errors import InputError

SETUP = Cell("setup", "locked", "import torch", cell_id="s")
ONE, TWO = Cell("one", "solution", "1", cell_id="o"), Cell("two", "solution", "2", cell_id="t")
CHECK_ONE = Cell("check_one", "test", "check 1", 1.0, cell_id="co")
CHECK_TWO = Cell("check_two", "test", "check 2", 2.0, cell_id="ct")
TEXT = Cell("", "extra", "# Title", is_code=False)
EXTRA = Cell("", "extra", "extra")
MASTER = [TEXT, SETUP, ONE, CHECK_ONE, TWO, CHECK_TWO]


def sources(submission: list[Cell]) -> list[str]:
    order, _ = rebuild(MASTER, submission)
    return [cell.source for cell in order]


def test_an_ordinary_submission_runs_in_its_order() -> None:
    mine = replace(ONE, source="mine")
    assert sources([TEXT, SETUP, mine, EXTRA, CHECK_ONE, TWO, CHECK_TWO]) == [
        "import torch", "mine", "extra", "check 1", "2", "check 2",
    ]  # fmt: skip


def test_given_cells_and_checks_are_the_masters() -> None:
    edited = [replace(cell, source="cheat", points=99.0, kind="extra") for cell in MASTER]
    order, notes = rebuild(MASTER, edited)
    assert [cell.source for cell in order] == ["import torch", "cheat", "check 1", "cheat", "check 2"]
    assert [cell.points for cell in order if cell.kind == "test"] == [1.0, 2.0]
    assert notes == []


@pytest.mark.parametrize(
    "moved",
    [
        [CHECK_TWO, CHECK_ONE, TWO, ONE, SETUP],
        [SETUP, CHECK_TWO, CHECK_ONE, ONE, TWO],
        [TWO, CHECK_TWO, ONE, CHECK_ONE, SETUP],
    ],
)
def test_a_check_comes_after_the_answers_that_it_is_about(moved: list[Cell]) -> None:
    found = sources(moved)
    assert found.index("1") < found.index("check 1")
    assert max(found.index("1"), found.index("2")) < found.index("check 2")
    assert sorted(found) == sorted(cell.source for cell in MASTER if cell.is_code)


def test_what_is_missing_is_noted_and_given_cells_come_back_first() -> None:
    order, notes = rebuild(MASTER, [TWO])
    assert [cell.source for cell in order] == ["import torch", "2", "check 1", "check 2"]
    assert notes == [
        "cell setup is missing",
        "cell one is missing",
        "cell check_one is missing",
        "cell check_two is missing",
    ]


def test_a_copied_cell_runs_twice_and_its_check_once_after_both() -> None:
    order, notes = rebuild(MASTER, [SETUP, ONE, replace(ONE, source="better"), CHECK_ONE, CHECK_ONE, TWO, CHECK_TWO])
    assert [cell.source for cell in order] == ["import torch", "1", "better", "check 1", "2", "check 2"]
    assert notes == ["cell one is there 2 times", "cell check_one is there 2 times"]


def test_an_answer_is_known_by_its_cell_id_where_its_metadata_are_lost_or_its_type_was_changed() -> None:
    bare = Cell("", "extra", "mine", is_code=False, cell_id="o")
    order, notes = rebuild(MASTER, [SETUP, bare, CHECK_ONE, TWO, CHECK_TWO])
    assert [(cell.name, cell.kind) for cell in order][1] == ("one", "solution")
    assert notes == []


def test_cells_of_a_notebook_are_read_with_what_nbgrader_says(tmp_path: Path) -> None:
    def cell(kind: str, source: object, **marks: object) -> dict[str, object]:
        return {"cell_type": kind, "source": source, "metadata": {"nbgrader": marks} if marks else {}, "id": "x"}

    path = tmp_path / "notebook.ipynb"
    cells = [
        cell("markdown", ["a\n", "b"]),
        cell("code", "c", grade_id="s", locked=True, grade=False, solution=False),
        cell("code", "d", grade_id="f", solution=True),
        cell("code", "e", grade_id="t", grade=True, points=2),
        cell("markdown", "f", grade_id="w", grade=True, solution=True, points=3),
        cell("code", "g", grade_id=7, grade="yes", points="many"),
    ]
    path.write_text(json.dumps({"cells": cells}))
    assert [(c.name, c.kind, c.source, c.points) for c in read(path)] == [
        ("", "extra", "a\nb", 0.0),
        ("s", "locked", "c", 0.0),
        ("f", "solution", "d", 0.0),
        ("t", "test", "e", 2.0),
        ("w", "written", "f", 3.0),
        ("7", "test", "g", 0.0),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"cells": 3}',
        '{"cells": [1]}',
        '{"cells": [{}]}',
        "[" * 10**5,
        '{"cells": [{"source": 1, "cell_type": "code"}]}',
    ],
)
def test_what_is_no_notebook_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(content)
    with pytest.raises(InputError, match="is not a notebook"):
        read(path)
    with pytest.raises(InputError, match="cannot read"):
        read(tmp_path / "absent.ipynb")


def test_copies_of_a_check_cost_no_more_than_other_cells() -> None:
    comparisons = 0

    class Name(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal comparisons
            comparisons += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    counts = []
    for copies in (250, 500, 1000):
        comparisons = 0
        many = [replace(CHECK_TWO, name=Name("check_two"), cell_id="") for _ in range(copies)]
        extras = [replace(EXTRA, name=Name(f"extra {number}")) for number in range(copies)]
        order, _ = rebuild(MASTER, [SETUP, ONE, CHECK_ONE, *many, *extras, TWO])
        assert [cell.source for cell in order].count("check 2") == 1
        counts.append(comparisons)
    assert counts[2] <= 2.1 * counts[1] <= 4.5 * counts[0], counts


def test_a_notebook_of_too_many_cells_is_refused() -> None:
    cells = [{"cell_type": "code", "source": "", "metadata": {}}] * MOST_CELLS
    assert len(parse(json.dumps({"cells": cells}).encode(), "a.ipynb")) == MOST_CELLS
    with pytest.raises(InputError, match=r"a.ipynb has 30,001 cells, 30,000 is the most"):
        parse(json.dumps({"cells": [*cells, cells[0]]}).encode(), "a.ipynb")
