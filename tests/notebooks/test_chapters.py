"""Every chapter runs from top to bottom in a fresh kernel, quietly, and has all the parts that a chapter has."""

from pathlib import Path

import pytest
from nbformat import NotebookNode

from classroom.notebook.execute import execute

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
    """The chapter, executed."""
    return execute(request.param)


def test_it_runs_quietly_and_describes_its_figures(chapter: NotebookNode) -> None:
    outputs = [output for cell in chapter.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2
    assert all(len(picture.metadata["image/png"]["alt"]) > 40 for picture in pictures)


def test_it_has_every_part_of_a_chapter(chapter: NotebookNode) -> None:
    text = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")
    assert [part for part in PARTS if part not in text] == []


def test_its_checklist_is_ticked_by_this_run(chapter: NotebookNode) -> None:
    (cell,) = (cell for cell in chapter.cells if "checklist(\n" in cell.source)
    widgets = chapter.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    (output,) = (output for output in cell.outputs if "application/vnd.jupyter.widget-view+json" in output.data)
    shown = widgets[output.data["application/vnd.jupyter.widget-view+json"]["model_id"]]["state"]["value"]
    assert shown.count("<td>") >= 3 * 4 and "✓ done" in shown


def test_every_prediction_is_revealed(chapter: NotebookNode) -> None:
    source = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "code")
    assert source.count("= Prediction(") == source.count(".reveal(") >= 1
