"""Notebooks are committed as a person would want to read their difference, and chapters keep the house's shape."""

import ast
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from coursebook.chapters import sittings

FOLDERS = ("course", "solutions", "exercises")
ROOT = Path(__file__).parents[2]
CHAPTERS = sorted(path.stem for path in (ROOT / "course").glob("[0-9]*.ipynb"))
ASSIGNMENTS = sorted(path.name for path in (ROOT / "solutions").glob("ch[0-9]*"))
LINES, COLUMNS = 25, 88  # of a cell, of a line of code
WORDS_A_MINUTE = 200  # in text and in the code that is shown
STILTED = ("whoever", "from which on", "dearer", "at once", "without a network")


def test_notebooks_are_valid_have_no_outputs_and_keep_their_cell_ids(repository: Path) -> None:
    notebooks = [path for folder in FOLDERS for path in (repository / folder).rglob("*.ipynb")]
    problems = {
        str(path.relative_to(repository)): found
        for path in notebooks
        if ".ipynb_checkpoints" not in path.parts and (found := blemishes(path))
    }
    assert problems == {}


def test_each_blemish_is_found(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    cells = [nbformat.v4.new_code_cell("1 + 1") for _ in range(3)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(notebook, path)
    assert blemishes(path) == []

    cells[0].execution_count = 1
    cells[1].outputs = [nbformat.v4.new_output("stream", text="2")]
    path.write_text(json.dumps(notebook))
    assert blemishes(path) == ["cell 1 has outputs", "cell 2 has outputs"]

    cells[2].id = cells[1].id
    path.write_text(json.dumps(notebook))
    assert blemishes(path)[-1] == "cells without an id of their own"
    for cell in cells:
        del cell["id"]
    path.write_text(json.dumps(notebook))
    assert blemishes(path)[-1] == "cells without an id of their own"


def blemishes(path: Path) -> list[str]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"]
    found = [
        f"cell {number} has outputs"
        for number, cell in enumerate(cells, 1)
        if cell.get("outputs") or cell.get("execution_count")
    ]
    if len({cell.get("id") for cell in cells} - {None}) < len(cells):
        return [*found, "cells without an id of their own"]  # nbformat would quietly make some up
    nbformat.validate(nbformat.from_dict(notebook))
    return found


@pytest.fixture(params=CHAPTERS)
def chapter(repository: Path, request: pytest.FixtureRequest) -> NotebookNode:
    return nbformat.read(repository / "course" / f"{request.param}.ipynb", as_version=4)


def test_each_sitting_of_a_chapter_keeps_its_shape(chapter: NotebookNode) -> None:
    assert [fault for sitting in sittings(chapter.cells) for fault in faults_of_shape(sitting)] == []


def test_each_sitting_links_its_sources_its_exercise_and_another_chapter(chapter: NotebookNode) -> None:
    for sitting in sittings(chapter.cells):
        links = re.findall(r"\]\((\S+?)\)", "\n".join(cell.source for cell in sitting))
        assert sum(link.startswith("https://") for link in links) >= 5
        assert [link for link in links if "/exercises/" in link] and [link for link in links if link[:2].isdecimal()]


def test_each_sitting_defines_the_names_that_it_uses(chapter: NotebookNode) -> None:
    for sitting in sittings(chapter.cells):
        assert undefined_names(sitting) == ""


def test_a_sitting_that_needs_the_one_before_is_found() -> None:
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [text("# 10"), code("import math"), text("## More"), code("x = 1"), text("# Second sitting"), code("x")]
    first, second = sittings(cells)
    assert (len(first), len(second)) == (4, 2)
    assert undefined_names(first) == "" and "Undefined name `x`" in undefined_names(second)


def undefined_names(sitting: list[NotebookNode]) -> str:
    source = "\n".join(cell.source for cell in sitting if cell.cell_type == "code")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F821", "--quiet", "-"]
    return subprocess.run(ruff, input=source, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_code_of_an_assignment_does_not_scroll_sideways(repository: Path, name: str) -> None:
    (solution,) = (repository / "solutions").glob(f"{name}/*.ipynb")
    cells = nbformat.read(solution, as_version=4).cells
    assert too_wide([cell for cell in cells if cell.cell_type == "code"]) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda cells: cells[1].metadata.clear(), "the first code cell is not folded"),
        (lambda cells: cells[1].update(source="x = 1"), "the first code cell does more than import"),
        (lambda cells: cells[2].update(source="y = 1\n" * 26), "cell c has 26 lines"),
        (lambda cells: cells[2].update(source="y = " + "1" * 90), "cell c has a line of 94 columns"),
        (lambda cells: cells[3].update(source="Your turn"), "1 cells to write in, not 2 or more"),
        (lambda cells: cells[8].update(source=answer_to("b")), "the answer to 'a' is missing"),
        (lambda cells: cells.insert(7, cells.pop(8)), "the answer to 'b' is missing, or stands in the next cell"),
        (lambda cells: cells[0].metadata.clear(), ""),
        (lambda cells: cells[0].update(source="Reading 40 minutes."), "reading takes 5 minutes, not 40"),
        (lambda cells: cells[7].update(source="Whoever reads this"), "'whoever' in cell h"),
    ],
)
def test_each_fault_of_shape_is_found(spoil: Callable[[list[NotebookNode]], None], fault: str) -> None:
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [
        text("Reading 5 minutes.", id="a"),
        code("import math", id="b", metadata={"jupyter": {"source_hidden": True}}),
        code("y = 1", id="c"),
        text("### Your turn: a", id="d"),
        code("mine = ...", id="e"),
        text("### Your turn: b", id="f"),
        code("mine = ...", id="g"),
        text("More to read.", id="h"),
        text(answer_to("a") + answer_to("b"), id="i"),
    ]
    spoil(cells)
    found = faults_of_shape(cells)
    assert (found == []) if not fault else any(fault in each for each in found), found


def answer_to(turn: str) -> str:
    """The head of a folded answer."""
    return f"<details><summary>Answer to <i>Your turn: {turn}</i></summary>"


def faults_of_shape(cells: list[NotebookNode]) -> list[str]:
    code = [cell for cell in cells if cell.cell_type == "code"]
    text = [cell for cell in cells if cell.cell_type == "markdown"]
    found = [] if is_folded(code[0]) else ["the first code cell is not folded"]
    if not all(isinstance(line, ast.Import | ast.ImportFrom) for line in ast.parse(code[0].source).body):
        found.append("the first code cell does more than import")
    lengths = {cell.id: len(cell.source.splitlines()) for cell in cells}
    found += [f"cell {name} has {lines} lines" for name, lines in lengths.items() if lines > LINES]
    found += too_wide(code)
    found += faults_of_turns(cells)
    words = sum(len(cell.source.split()) for cell in [*text, *(cell for cell in code if not is_folded(cell))])
    minutes = 5 * math.ceil(words / WORDS_A_MINUTE / 5)
    (said,) = re.findall(r"Reading (\d+) minutes", cells[0].source)
    if int(said) != minutes:
        found.append(f"reading takes {minutes} minutes, not {said}")
    return found + [f"{word!r} in cell {cell.id}" for cell in cells for word in STILTED if has(cell, word)]


def too_wide(code: list[NotebookNode]) -> list[str]:
    widths = {cell.id: max(map(len, cell.source.splitlines()), default=0) for cell in code}
    return [f"cell {name} has a line of {width} columns" for name, width in widths.items() if width > COLUMNS]


def faults_of_turns(cells: list[NotebookNode]) -> list[str]:
    """Each *Your turn* is followed by a cell to write in, and its answer is folded and not in the next cell."""
    turns = {}
    for place, cell in enumerate(cells[:-1]):
        for name in re.findall(r"^### Your turn: (.+)$", cell.source, re.MULTILINE):
            if cells[place + 1].cell_type == "code":
                turns[name] = place + 1
    found = [] if len(turns) >= 2 else [f"{len(turns)} cells to write in, not 2 or more"]
    for name, place in turns.items():
        if not any(answer_to(name) in cell.source for cell in cells[place + 2 :]):
            found.append(f"the answer to {name!r} is missing, or stands in the next cell")
    return found


def is_folded(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def has(cell: NotebookNode, words: str) -> bool:
    return bool(re.search(rf"\b{words}\b", cell.source, re.IGNORECASE))
