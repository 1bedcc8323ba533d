"""What to run of a submission: the instructor's cells as they were released, the learner's answers and extra cells.

nbgrader marks cells by metadata that a learner can edit, lose, copy or move. Only the id of a cell is believed here;
everything else about a cell of the assignment is looked up in the source notebook.
"""

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compresslab.errors import InputError

MOST_CELLS = 30_000  # a chapter has 60; placing them takes linear time, but each that runs costs a round trip


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook.

    Attributes:
        name: nbgrader's grade_id; "" for a cell that the assignment doesn't know.
        kind: "locked" (given code), "solution", "test", "written" (graded by hand), or "extra".
        source: its text.
        points: that it is worth.
        is_code: whether it runs.
        cell_id: the notebook format's own id.
        attachments: pictures pasted into a text cell, as the file has them: anything at all.
    """

    name: str
    kind: str
    source: str
    points: float = 0.0
    is_code: bool = True
    cell_id: str = ""
    attachments: Any = None


def read(path: Path) -> list[Cell]:
    """Read a notebook's cells, of a submission as well: nothing about it is taken for granted.

    Raises:
        InputError: the file is missing, or no notebook.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}.") from error
    return parse(content, str(path))


def parse(content: bytes, name: str) -> list[Cell]:
    """The cells of a notebook file's content.

    Args:
        content: of the file.
        name: of the file, for messages.

    Raises:
        InputError: it is no notebook.
    """
    try:
        cells = json.loads(content)["cells"]
        if len(cells) > MOST_CELLS:
            raise InputError(f"{name} has {len(cells):,} cells, {MOST_CELLS:,} is the most: delete what isn't needed.")
        return [_cell(cell) for cell in cells]
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{name} is not a notebook: download or save it again from Jupyter.") from error


def rebuild(master: list[Cell], submission: list[Cell]) -> tuple[list[Cell], list[str]]:
    """The cells to run, in order, and what was odd about the submission.

    Given cells and checks are the master's. A check stays at the learner's place for it, but comes after every
    answer and given cell that precede it in the master, so that moving cells costs nothing. An answer that stands
    twice runs twice, as it does in a notebook.
    """
    known = {cell.name: cell for cell in master if cell.name}
    named = identify(master, submission)
    count = Counter(cell.name for cell in named if cell.name)
    notes = [f"cell {name} is missing" for name in known if not count[name]]
    notes += [f"cell {name} is there {times} times" for name, times in count.items() if times > 1]

    answers_before: dict[str, set[str]] = {}  # those that each check waits for
    answers: set[str] = set()
    for cell in master:
        if cell.kind in ("solution", "locked") and count[cell.name]:
            answers.add(cell.name)
        elif cell.kind == "test":
            answers_before[cell.name] = set(answers)

    order = [cell for cell in master if cell.kind == "locked" and not count[cell.name]]
    waiting: dict[str, Cell] = {}  # checks that stand before an answer they are about
    placed: set[str] = set()
    left = count.copy()
    for cell in named:
        left[cell.name] -= 1
        model = known.get(cell.name)
        if model and model.kind == "test":
            if model.name not in placed:
                placed.add(model.name)
                waiting[model.name] = model
        elif model and model.kind == "locked":
            order.append(model)
        elif cell.is_code or (model and model.is_code):
            order.append(replace(cell, kind=model.kind if model else "extra"))
        if left[cell.name] == 0:  # else it lets no check go that had to wait
            ready = [name for name in waiting if not any(left[other] > 0 for other in answers_before[name])]
            order += [waiting.pop(name) for name in ready]
    order += waiting.values()
    order += [cell for cell in master if cell.kind == "test" and not count[cell.name]]
    return order, notes


def identify(master: list[Cell], submission: list[Cell]) -> list[Cell]:
    """A submission's cells with the names that they have in the master: by grade_id, or else by the cell's id."""
    known = {cell.name for cell in master if cell.name}
    by_id = {cell.cell_id: cell.name for cell in master if cell.name and cell.cell_id}
    return [replace(cell, name=cell.name if cell.name in known else by_id.get(cell.cell_id, "")) for cell in submission]


def _cell(cell: dict[str, Any]) -> Cell:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    marks = marks if isinstance(marks, dict) else {}
    if marks.get("task") or (marks.get("grade") and marks.get("solution")):
        kind = "written"
    elif marks.get("grade"):
        kind = "test"
    elif marks.get("solution"):
        kind = "solution"
    else:
        kind = "locked" if marks.get("locked") else "extra"
    return Cell(
        name=_text(str(marks.get("grade_id", ""))),
        kind=kind,
        source=_text(cell["source"]),
        points=_number(marks.get("points")),
        is_code=cell["cell_type"] == "code",
        cell_id=_text(str(cell.get("id", ""))),
        attachments=cell.get("attachments"),
    )


def _number(value: Any) -> float:
    """A number, or 0 where there is none: JSON has integers beyond any float."""
    try:
        return float(value) if isinstance(value, int | float) else 0.0
    except OverflowError:
        return 0.0


def _text(value: Any) -> str:
    """A string that any file and database can hold: no half of a surrogate pair. Nothing for null."""
    text = value if isinstance(value, str) else "".join(part or "" for part in value or "")
    return text.encode(errors="replace").decode()
