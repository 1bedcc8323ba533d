"""Cheats that fit every assignment: none passes a check that the same answers without its trick would not pass.

Each file of `cheats/any/` defines `answer(name, *args, **kwargs)`, which stands for every function and class of the
solution. Its docstring says in the line `instead of: ...` what that answers without the trick.
"""

import ast
import datetime
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.authoring.verdicts import Table
from classroom.judging.judge import PASSED, Judgement, judge
from classroom.limits import Limits
from classroom.notebook.cells import Cell, read
from classroom.sandbox.fork_server import ForkServer, Session

pytestmark = pytest.mark.linux
GRADER = Path(__file__).parent
REPOSITORY = GRADER.parents[1]
SOURCES = {
    path.stem: path
    for folder in (REPOSITORY / "solutions", GRADER / "assignments")
    for path in sorted(folder.glob("*/*.ipynb"))
}
SMALL_ONES = [name for name in SOURCES if not name.startswith("ch")]
CHAPTERS = [name for name in SOURCES if name.startswith("ch")]
A_DAY = 2  # chapters that are tried, all of them in turn: what these cheats try fits any assignment
TODAY = datetime.date.today().toordinal()
ROTATING = [CHAPTERS[(A_DAY * TODAY + place) % len(CHAPTERS)] for place in range(A_DAY)]
TRIED = SMALL_ONES + (CHAPTERS if os.environ.get("ALL_CHEATS") else ROTATING)
CHEATS = sorted(GRADER.glob("cheats/any/*.py"))
IMPORTS = "import numpy as np\nimport torch\nfrom torch import nn"
PARTS = 4  # that the solution's checks are divided into: after each cheat one of them must be passed
LIMITS = Limits(
    cell_seconds=30.0,
    call_seconds=20.0,
    submission_seconds=90.0,
    memory_bytes=600 * 2**20,
    processes=20,
    disk_bytes=16 * 2**20,
)


def checks(master: list[Cell]) -> list[str]:
    return [cell.name for cell in master if cell.kind == "test"]


def passed(judgement: Judgement) -> set[str]:
    return {result.name for result in judgement.results if result.status == PASSED}


def defined(cell: Cell) -> list[str]:
    return [part.name for part in ast.parse(cell.source).body if isinstance(part, ast.FunctionDef | ast.ClassDef)]


def without_extras(cells: list[Cell]) -> list[Cell]:
    """Those that the assignment names: what else stands in a notebook takes time, and no check needs it."""
    return [cell for cell in cells if cell.name]


def filled(master: list[Cell], released: list[Cell], source: str) -> list[Cell]:
    """A release in which `answer` of this source stands for every function and class of the solution."""
    names = {cell.name: defined(cell) for cell in master if cell.kind == "solution"}
    assert any(names.values())
    cells = []
    for cell in without_extras(released):
        stubs = [
            f"def {each}(*args, **kwargs):\n    return answer({each!r}, *args, **kwargs)"
            for each in names.get(cell.name, [])
        ]
        if stubs:
            cell, source = replace(cell, source="\n\n".join([source, *stubs])), ""
        cells.append(cell)
    return cells


@pytest.fixture(scope="module")
def masters() -> dict[str, list[Cell]]:
    return {name: without_extras(read(path)) for name, path in SOURCES.items()}


@pytest.fixture(scope="module")
def judged(masters: dict[str, list[Cell]], course: Path, locked: ForkServer) -> Callable[[str, str], Judgement]:
    """Judge an assignment's release with this source for all answers."""

    def run(name: str, source: str) -> Judgement:
        folder = REPOSITORY if SOURCES[name].is_relative_to(REPOSITORY / "solutions") else course
        released = read(folder / "exercises" / name / f"{name}.ipynb")
        with Session(locked, LIMITS, 1) as session:
            return judge(masters[name], filled(masters[name], released, source), session, seed=1)

    return run


@pytest.fixture(scope="module")
def plain(judged: Callable[[str, str], Judgement]) -> Callable[[str, str], set[str]]:
    """The checks that an assignment's release passes with this expression for all answers."""
    known: dict[tuple[str, str], set[str]] = {}

    def run(name: str, expression: str) -> set[str]:
        if (name, expression) not in known:
            source = f"{IMPORTS}\ndef answer(name, *args, **kwargs):\n    return {expression}"
            known[name, expression] = passed(judged(name, source))
        return known[name, expression]

    return run


def instead_of(source: str) -> str:
    found = re.search(r"^instead of: (.+)$", ast.get_docstring(ast.parse(source)) or "", re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize("name", TRIED)
@pytest.mark.parametrize("path", CHEATS, ids=lambda path: path.stem)
def test_a_cheat_passes_no_check_on_any_assignment_that_its_answers_would_not(
    path: Path,
    name: str,
    masters: dict[str, list[Cell]],
    judged: Callable[[str, str], Judgement],
    plain: Callable[[str, str], set[str]],
    locked: ForkServer,
    tmp_path: Path,
    table: Table,
) -> None:
    master = masters[name]
    source = path.read_text(encoding="utf-8").replace('CANARY = "/nowhere"', f'CANARY = "{tmp_path}"')
    judgement = judged(name, source)
    table.add(name, "cheats", path.stem, judgement.lost.values())
    assert [result.name for result in judgement.results] == [c.name for c in master if c.kind in ("test", "written")]
    assert passed(judgement) <= plain(name, instead_of(source))
    assert all(result.points == 0 and result.message for result in judgement.lost.values())
    assert list(tmp_path.iterdir()) == []
    assert not [note for note in judgement.notes if " raised " in note], "it has not done what it can"

    names = checks(master)
    parts = min(PARTS, len(names))
    some = names[CHEATS.index(path) % parts :: parts]
    with Session(locked, LIMITS, 1) as session:
        after = judge(master, master, session, seed=1, only=some)
    assert passed(after) == set(some)
    assert after.notes == []


@pytest.mark.parametrize("name", TRIED)
def test_after_all_cheats_a_solution_gets_everything(
    name: str, masters: dict[str, list[Cell]], locked: ForkServer
) -> None:
    with Session(locked, LIMITS, 1) as session:
        judgement = judge(masters[name], masters[name], session, seed=1)
    assert passed(judgement) == set(checks(masters[name]))
    assert judgement.notes == []


def test_every_cheat_for_all_assignments_is_small_and_says_what_it_tries() -> None:
    assert len(CHEATS) >= 12
    for path in CHEATS:
        source = path.read_text(encoding="utf-8")
        assert source.startswith('"""') and source.split("\n", 1)[0].endswith("."), path.stem
        assert instead_of(source) and "\ndef answer(name, *args, **kwargs):\n" in source, path.stem
        assert len(source.splitlines()) < 80, path.stem
