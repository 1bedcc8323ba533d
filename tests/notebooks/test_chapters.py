"""Every chapter runs from top to bottom in a fresh kernel, quietly, and has all the parts that a chapter has."""

import ast
import re
import tomllib
from html import escape
from pathlib import Path

import nbformat
import pytest
from chapter_prose import sittings
from nbformat import NotebookNode
from run_notebook import execute

CLAIMS = Path(__file__).parent / "claims"  # a file a sitting: what it says of its run, mistakes its checklist finds
CHAPTERS = sorted((Path(__file__).parents[2] / "course").glob("[0-9]*.ipynb"))
PARTS = (
    "You will be able to",
    "## Predict",
    "## Live",
    "### Explorer",
    "## Spot the bug",
    "## Myth or fact",
    "## Recorded",
    "## When to use it, and when not",
    "## In production",
    "## Operator's checklist",
    "## An analogy",
    "## Pointers",
)


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The chapter, executed, and after each sitting its checklist once more for each mistake."""
    notebook = nbformat.read(request.param, as_version=4)
    cells: list[NotebookNode] = []
    for number, sitting in enumerate(sittings(notebook.cells), 1):
        name = request.param.stem if number == 1 else f"{request.param.stem}_{number}"
        claims = tomllib.loads((CLAIMS / f"{name}.toml").read_text(encoding="utf-8"))
        cells += [*sitting, *asked_of(sitting, claims, number)]
    notebook.cells = cells
    nbformat.write(notebook, path := tmp_path_factory.mktemp("chapter") / request.param.name)
    executed = execute(path)
    executed.metadata["said"], executed.metadata["mistakes"] = {}, []
    for cell in executed.cells:
        if "mistake" in cell.metadata:
            executed.metadata["mistakes"].append((cell.metadata["mistake"], shown(cell)))
        elif "said" in cell.metadata:
            (verdicts,) = cell.outputs
            executed.metadata["said"] |= ast.literal_eval(verdicts.data["text/plain"])
    executed.cells = [cell for cell in executed.cells if not {"said", "mistake"} & set(cell.metadata)]
    return executed


def asked_of(sitting: list[NotebookNode], claims: dict[str, dict[str, str]], number: int) -> list[NotebookNode]:
    """Cells that try what a sitting says of its run, and then its checklist after each mistake."""
    place = next(place for place, cell in enumerate(sitting) if "checklist(\n" in cell.source)
    values, checks = sitting[place - 1].source, sitting[place].source
    said = ", ".join(f"{text!r}: bool({condition})" for text, condition in claims["said"].items())
    start = nbformat.v4.new_code_cell(f"as_it_was_{number} = dict(globals())\n{{{said}}}", id=f"said-{number}")
    start.metadata["said"] = True
    asked = [start]
    for line, mistake in claims["mistakes"].items():
        source = f"globals().update(as_it_was_{number})\n{mistake}\n{values}\n{checks}"
        asked.append(nbformat.v4.new_code_cell(source, id=f"mistake-{number}-{len(asked)}"))
        asked[-1].metadata["mistake"] = line
    return asked


def shown(cell: NotebookNode) -> str:
    """The page that a cell ends with."""
    (page,) = (output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {}))
    return page


def test_it_runs_quietly_and_describes_its_figures(chapter: NotebookNode) -> None:
    outputs = [output for cell in chapter.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2
    descriptions = [re.match(r'<img alt="([^"]{40,})"', picture.data["text/html"]) for picture in pictures]
    assert all(descriptions)


def test_each_sitting_has_every_part_of_a_chapter(chapter: NotebookNode) -> None:
    for sitting in sittings(chapter.cells):
        text = "\n".join(cell.source for cell in sitting if cell.cell_type == "markdown")
        assert [part for part in PARTS if part not in text] == []


def test_its_checklist_is_ticked_by_this_run(chapter: NotebookNode) -> None:
    for sitting in sittings(chapter.cells):
        (cell,) = (cell for cell in sitting if "checklist(\n" in cell.source)
        assert shown(cell).count("<td ") >= 3 * 4 and "✓ done" in shown(cell)


def test_what_it_says_of_its_run_is_so(chapter: NotebookNode) -> None:
    assert [text for text, holds in chapter.metadata["said"].items() if not holds] == []


def test_its_checklist_stays_open_where_a_mistake_was_made(chapter: NotebookNode) -> None:
    for line, page in chapter.metadata["mistakes"]:
        (row,) = (row for row in re.findall(r"<tr>.*?</tr>", page) if escape(line) in row)
        assert "✗ open" in row, f"{line}: {row}"


def test_every_prediction_is_revealed(chapter: NotebookNode) -> None:
    source = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "code")
    assert source.count("= Prediction(") == source.count(".reveal(") >= 1


def test_no_answer_stands_in_code_that_is_shown(chapter: NotebookNode) -> None:
    revealing = [cell for cell in chapter.cells if cell.cell_type == "code" and ".reveal(" in cell.source]
    shown = [cell.id for cell in revealing if not cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert shown == [], "fold them: metadata.jupyter.source_hidden"
