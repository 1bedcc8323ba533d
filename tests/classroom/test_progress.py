"""How far a learner has come is what their notebooks show."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from classroom.__main__ import main
from classroom.study.copies import hand_out
from classroom.study.progress import page, progress
from compresslab.quiz import checklist

text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of one chapter and its exercise, with a learner's untouched copies."""
    cells = [
        text("# 01 · Why?\n\n*Reading 20 minutes, trying things 30.*", id="title"),
        code("import math", id="imports"),
        text("### Your turn: a", id="ask-a"),
        code("mine = ...", id="turn-a"),
        text("### Your turn: b", id="ask-b"),
        code("mine = ...", id="turn-b"),
        code("checklist(\n    lines\n)", id="checks"),
    ]
    write(tmp_path / "course" / "01_why.ipynb", cells)
    write(tmp_path / "exercises" / "ch01_why" / "ch01_why.ipynb", [code("check_all('ch01_why')", id="check-all")])
    write(tmp_path / "exercises" / "ch011_other" / "ch011_other.ipynb", [code("1", id="x")])
    hand_out(tmp_path)
    return tmp_path


def write(path: Path, cells: list[NotebookNode]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def shown(plain: str) -> list[NotebookNode]:
    return [nbformat.v4.new_output("execute_result", data={"text/plain": plain})]


def change(path: Path, **cells: dict[str, object]) -> None:
    """Fields of cells, by id, in which an underscore stands for a hyphen."""
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        cell.update(cells.get(cell.id.replace("-", "_"), {}))
    nbformat.write(notebook, path)


def test_untouched_copies_are_no_progress(root: Path) -> None:
    (chapter,) = progress(root)
    assert (chapter.title, chapter.minutes) == ("01 · Why?", "20 + 30")
    assert (chapter.run, chapter.cells, chapter.written, chapter.turns, chapter.lines) == (0, 4, 0, 2, 0)
    assert chapter.points == {"ch01_why": None} and not chapter.is_done


def test_what_was_run_written_ticked_and_passed_is_counted(root: Path) -> None:
    ticks = str(checklist([("small", True, "2 MB"), ("fast", False, "0.9x")]))
    chapter, exercise = root / "work/course/01_why.ipynb", root / "work/exercises/ch01_why/ch01_why.ipynb"
    ran = {"execution_count": 1}
    change(
        chapter,
        imports=ran,
        turn_a=ran | {"source": "mine = 4"},
        turn_b=ran,
        checks=ran | {"outputs": shown(ticks)},
    )
    change(exercise, check_all={"outputs": shown("✓\n30 of 34 points of the visible checks.\nNext: b.")})
    (found,) = progress(root)
    assert (found.run, found.cells, found.written, found.turns) == (4, 4, 1, 2)
    assert (found.ticked, found.lines) == (1, 2)
    assert found.points == {"ch01_why": (30, 34)} and not found.is_done
    change(exercise, check_all={"outputs": shown("34 of 34 points of the visible checks.")})
    (found,) = progress(root)
    assert found.is_done
    assert str(page([found])).splitlines() == [
        "chapters done (✓; … is not yet): 1 of 1",
        "✓ 01 · Why?: 20 + 30 minutes, cells run 4 of 4, checklist 1 of 2 ticked, your turns 1 of 2, "
        "ch01_why: 34 of 34",
    ]


def test_no_copies_are_no_progress_and_a_name_is_not_taken_for_markup(root: Path) -> None:
    notebook = json.loads((root / "course/01_why.ipynb").read_text())
    notebook["cells"][0]["source"] = "# 01 · <b>Why?"
    (root / "course/01_why.ipynb").write_text(json.dumps(notebook))
    (root / "work/course/01_why.ipynb").unlink()
    (root / "work/exercises/ch01_why/ch01_why.ipynb").unlink()
    (found,) = progress(root)
    assert found.run == 0 and found.points == {"ch01_why": None}
    assert "&lt;b&gt;Why?" in page([found]).html


def test_the_real_course_can_be_read(repository: Path) -> None:
    found = progress(repository)
    assert len(found) == len(list((repository / "course").glob("[0-9]*.ipynb")))
    assert all(chapter.turns >= 2 and chapter.points and chapter.minutes for chapter in found)


def test_its_notebook_and_its_command_show_it(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cell,) = (cell for cell in nbformat.read(repository / "course/progress.ipynb", 4).cells if cell.id == "progress")
    *imports, last = cell.source.splitlines()
    names: dict[str, object] = {}
    exec("\n".join(imports), names)
    assert main(["progress"]) == 0
    assert capsys.readouterr().out.strip() == str(eval(last, names))
