"""Every chapter runs from top to bottom in a fresh kernel, quietly, and has all the parts that a chapter has."""

import ast
import re
import tomllib
from html import escape
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from run_notebook import execute

CLAIMS = Path(__file__).parent / "claims"  # a file a chapter: what it says of its run, mistakes its checklist finds
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
    """The chapter, executed, and after its own cells the checklist once more for each mistake."""
    notebook = nbformat.read(request.param, as_version=4)
    claims = tomllib.loads((CLAIMS / f"{request.param.stem}.toml").read_text(encoding="utf-8"))
    place = next(number for number, cell in enumerate(notebook.cells) if "checklist(\n" in cell.source)
    values, checks = notebook.cells[place - 1].source, notebook.cells[place].source
    said = ", ".join(f"{text!r}: bool({condition})" for text, condition in claims["said"].items())
    start = nbformat.v4.new_code_cell(f"as_it_was = dict(globals())\n{{{said}}}", id="as-it-was")
    again = [
        nbformat.v4.new_code_cell(f"globals().update(as_it_was)\n{mistake}\n{values}\n{checks}", id=f"mistake-{number}")
        for number, mistake in enumerate(claims["mistakes"].values())
    ]
    notebook.cells += [start, *again]
    nbformat.write(notebook, path := tmp_path_factory.mktemp("chapter") / request.param.name)
    executed = execute(path)
    executed.metadata["mistakes"] = {
        line: shown(cell) for line, cell in zip(claims["mistakes"], executed.cells[-len(again) :], strict=True)
    }
    (verdicts,) = executed.cells[-1 - len(again)].outputs
    executed.metadata["said"] = ast.literal_eval(verdicts.data["text/plain"])
    executed.cells = executed.cells[: -1 - len(again)]
    return executed


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


def test_it_has_every_part_of_a_chapter(chapter: NotebookNode) -> None:
    text = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")
    assert [part for part in PARTS if part not in text] == []


def test_its_checklist_is_ticked_by_this_run(chapter: NotebookNode) -> None:
    (cell,) = (cell for cell in chapter.cells if "checklist(\n" in cell.source)
    assert shown(cell).count("<td ") >= 3 * 4 and "✓ done" in shown(cell)


def test_what_it_says_of_its_run_is_so(chapter: NotebookNode) -> None:
    assert [text for text, holds in chapter.metadata["said"].items() if not holds] == []


def test_its_checklist_stays_open_where_a_mistake_was_made(chapter: NotebookNode) -> None:
    for line, page in chapter.metadata["mistakes"].items():
        (row,) = (row for row in re.findall(r"<tr>.*?</tr>", page) if escape(line) in row)
        assert "✗ open" in row, f"{line}: {row}"


def test_every_prediction_is_revealed(chapter: NotebookNode) -> None:
    source = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "code")
    assert source.count("= Prediction(") == source.count(".reveal(") >= 1


def test_no_answer_stands_in_code_that_is_shown(chapter: NotebookNode) -> None:
    revealing = [cell for cell in chapter.cells if cell.cell_type == "code" and ".reveal(" in cell.source]
    shown = [cell.id for cell in revealing if not cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert shown == [], "fold them: metadata.jupyter.source_hidden"
