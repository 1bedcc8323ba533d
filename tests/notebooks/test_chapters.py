"""Every chapter runs from top to bottom in a fresh kernel, quietly, and has all the parts that a chapter has."""

import re
from html import escape
from pathlib import Path

import pytest
from executed_chapters import as_it_ran
from nbformat import NotebookNode

from coursebook.chapters import sittings
from coursebook.said import page_of

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
def chapter(request: pytest.FixtureRequest) -> NotebookNode:
    """The chapter, executed, and after each sitting its checklist once more for each mistake."""
    return as_it_ran(request.param, in_this_run=True)


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
        assert page_of(cell).count("<td ") >= 3 * 4 and "✓ done" in page_of(cell)


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
