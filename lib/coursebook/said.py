"""What a chapter says of its own run, as conditions on its variables, and mistakes that its checklist must find.

They stand in `tests/notebooks/claims/`, a file a sitting, and are asked in the kernel in which the chapter ran.
"""

import ast
import tomllib
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from coursebook.chapters import ROOT, sittings

FOLDER = ROOT / "tests" / "notebooks" / "claims"


def with_questions(name: str, cells: Sequence[NotebookNode], *, mistakes: bool) -> list[NotebookNode]:
    """The cells of a chapter, and after each sitting those that ask what it says of its run.

    Args:
        name: of the chapter: "05_movement_pruning".
        cells: of the notebook.
        mistakes: also try its checklist after each mistake.
    """
    asking: list[NotebookNode] = []
    for number, sitting in enumerate(sittings(cells), 1):
        path = FOLDER / (f"{name}.toml" if number == 1 else f"{name}_{number}.toml")
        claims = tomllib.loads(path.read_text(encoding="utf-8"))
        asking += [*sitting, _question(claims["said"], number)]
        if mistakes:
            asking += _tries(sitting, claims["mistakes"], number)
    return asking


def _question(said: dict[str, str], number: int) -> NotebookNode:
    asked = ", ".join(f"{text!r}: bool({condition})" for text, condition in said.items())
    cell = new_code_cell(f"as_it_was_{number} = dict(globals())\n{{{asked}}}", id=f"said-{number}")
    cell.metadata["said"] = True
    return cell


def _tries(sitting: list[NotebookNode], mistakes: dict[str, str], number: int) -> list[NotebookNode]:
    place = next(place for place, cell in enumerate(sitting) if "checklist(\n" in cell.source)
    values, checks = sitting[place - 1].source, sitting[place].source
    tries: list[NotebookNode] = []
    for line, mistake in mistakes.items():
        source = f"globals().update(as_it_was_{number})\n{mistake}\n{values}\n{checks}"
        tries.append(new_code_cell(source, id=f"mistake-{number}-{len(tries) + 1}"))
        tries[-1].metadata["mistake"] = line
    return tries


def answered(notebook: NotebookNode) -> NotebookNode:
    """The chapter as it is without the questions; the answers stand in its metadata.

    `said` has whether each sentence holds, and `mistakes` the checklist after each mistake.
    """
    said: dict[str, bool] = {}
    mistakes: list[tuple[str, str]] = []
    for cell in notebook.cells:
        if "mistake" in cell.metadata:
            mistakes.append((cell.metadata["mistake"], page_of(cell)))
        elif "said" in cell.metadata:
            (verdicts,) = cell.outputs
            said |= ast.literal_eval(verdicts.data["text/plain"])
    notebook.metadata |= {"said": said, "mistakes": mistakes}
    notebook.cells = [cell for cell in notebook.cells if not {"said", "mistake"} & set(cell.metadata)]
    return notebook


def page_of(cell: NotebookNode) -> str:
    """The page that a cell ends with."""
    (page,) = (output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {}))
    return page


def conditions(chapter: Path) -> dict[str, str]:
    """What a chapter says of its run: each sentence, and the condition that makes it true."""
    files = sorted(FOLDER.glob(f"{chapter.stem}*.toml"))
    return {
        text: condition.strip()
        for path in files
        for text, condition in tomllib.loads(path.read_text(encoding="utf-8"))["said"].items()
    }
