"""The ten questions before the course run from top to bottom, quietly, and each answer is one that the run gives."""

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from run_notebook import execute


@pytest.fixture(scope="module")
def executed(repository: Path) -> NotebookNode:
    return execute(repository / "course" / "before_you_start.ipynb")


def shown(executed: NotebookNode, prefix: str) -> list[str]:
    """What the cells whose id begins so show, in words."""
    cells = [cell for cell in executed.cells if cell.id.startswith(prefix)]
    assert all([output.output_type for output in cell.outputs] == ["execute_result"] for cell in cells)
    return [cell.outputs[0].data["text/plain"] for cell in cells]


def test_ten_questions_get_ten_answers(executed: NotebookNode) -> None:
    asked, answered = shown(executed, "ask"), shown(executed, "reveal")
    assert len(asked) == len(answered) == 10
    right = ["(8, 4, 5)", "the sum of both", "its running mean and variance", "its buffers", "logits", "4 million",
             "327,680", "they come nearer to each other", "it is too high", "about 2 points"]  # fmt: skip
    for question, answer, wanted in zip(asked, answered, right, strict=True):
        assert answer.partition("? ")[2].startswith(f"{wanted}."), question
        assert "To read: " in answer


def test_every_answer_is_folded_and_the_right_one_is_not_always_in_one_place(repository: Path) -> None:
    notebook = nbformat.read(repository / "course" / "before_you_start.ipynb", as_version=4)
    reveals = [cell for cell in notebook.cells if cell.id.startswith("reveal")]
    assert all(cell.metadata.jupyter.source_hidden for cell in reveals)
    assert "".join(cell.source for cell in notebook.cells).count("](01_why_compression.ipynb)") == 1
