"""How far a learner has come, read from what their notebooks in `work/` show: nothing else is kept.

A guess in a chapter lives in the page that it was made in (`compresslab.quiz`), so it isn't counted here. The site
(`make book`) counts the guesses that are made on its own pages.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from classroom.study.places import ROOT, WORK
from compresslab.quiz import Page

_SCORE = re.compile(r"^([\d.]+) of ([\d.]+) points? of the visible checks\.", re.MULTILINE)
_TURN = re.compile(r"^### Your turn: ", re.MULTILINE)
_HEAD = ("chapter", "minutes", "cells run", "checklist", "your turns", "exercise: points of visible checks")

Cell = dict[str, Any]


@dataclass(frozen=True)
class Chapter:
    """What a learner's copy of a chapter shows, and those of its exercises.

    Attributes:
        title: its first heading.
        minutes: of reading and of trying things, as it says itself; "" where it doesn't.
        run: cells that were run.
        cells: that can be.
        ticked: lines of the checklist that the last run ticked.
        lines: of the checklist, as far as it was run.
        written: *Your turn* cells that the learner has changed.
        turns: of them, in all.
        points: of its exercises' visible checks when they were run last in the notebook, by the exercise's name; None
            where they were not.
    """

    title: str
    minutes: str
    run: int
    cells: int
    ticked: int
    lines: int
    written: int
    turns: int
    points: dict[str, tuple[float, float] | None]

    @property
    def is_done(self) -> bool:
        """Whether all cells were run, and all points of the visible checks reached."""
        return self.run == self.cells and all(found and found[0] == found[1] for found in self.points.values())

    def row(self) -> tuple[str, ...]:
        """In words, for a table."""
        scores = [f"{name}: {f'{found[0]:g} of {found[1]:g}' if found else '…'}" for name, found in self.points.items()]
        return (
            f"{'✓' if self.is_done else '…'} {self.title}",
            self.minutes,
            f"{self.run} of {self.cells}",
            f"{self.ticked} of {self.lines} ticked" if self.lines else "",
            f"{self.written} of {self.turns}",
            "; ".join(scores),
        )


def progress(root: Path = ROOT) -> list[Chapter]:
    """How far the learner has come in each chapter of the course.

    Args:
        root: of the course: `course/` and `exercises/` as they are given, and the learner's copies in `work/`.
    """
    return [_chapter(path, root) for path in sorted((root / "course").glob("[0-9]*.ipynb"))]


def page(chapters: Sequence[Chapter]) -> Page:
    """The same as a table, for a notebook or a terminal.

    >>> print(page([Chapter("01 · Why?", "20 + 30", 40, 40, 6, 7, 1, 2, {"ch01_why": (30, 34)})]))
    chapters done (✓; … is not yet): 0 of 1
    … 01 · Why?: 20 + 30 minutes, cells run 40 of 40, checklist 6 of 7 ticked, your turns 1 of 2, ch01_why: 30 of 34
    """
    done = f"chapters done (✓; … is not yet): {sum(chapter.is_done for chapter in chapters)} of {len(chapters)}"
    rows = [chapter.row() for chapter in chapters]
    words = [
        f"{name}: {minutes} minutes, cells run {run}{f', checklist {ticked}' if ticked else ''}, "
        f"your turns {turns}{f', {points}' if points else ''}"
        for name, minutes, run, ticked, turns, points in rows
    ]
    style = "style='text-align: left; padding: 4px 16px 4px 0; vertical-align: top'"
    head = "".join(f"<th {style} scope='col'>{name}</th>" for name in _HEAD)
    body = "".join(f"<tr>{''.join(f'<td {style}>{escape(part)}</td>' for part in row)}</tr>" for row in rows)
    return Page(
        f"<p>{done}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>", "\n".join([done, *words])
    )


def _chapter(given: Path, root: Path) -> Chapter:
    mine = root / WORK / "course" / given.name
    original = _cells(given)
    cells = _cells(mine) if mine.is_file() else original
    text = _source(original[0])
    minutes = re.search(r"Reading (\d+) minutes, trying things (\d+)", text)
    code = [cell for cell in cells if cell["cell_type"] == "code" and _source(cell).strip()]
    shown = "\n".join(_printed(cell) for cell in code if "checklist(\n" in _source(cell))
    ticked, left = shown.count("✓ done"), shown.count("✗ open")
    turns = _turns(original)
    sources = {cell.get("id"): _source(cell) for cell in cells}
    return Chapter(
        title=text.splitlines()[0].removeprefix("# "),
        minutes=" + ".join(minutes.groups()) if minutes else "",
        run=sum(bool(cell.get("execution_count")) for cell in code),
        cells=len(code),
        ticked=ticked,
        lines=ticked + left,
        written=sum(sources.get(name, source) != source for name, source in turns.items()),
        turns=len(turns),
        points={path.stem: _points(path, root) for path in _exercises(given, root)},
    )


def _exercises(chapter: Path, root: Path) -> list[Path]:
    number = chapter.stem.partition("_")[0]
    return sorted((root / "exercises").glob(f"ch{number}[a-z_]*/*.ipynb"))


def _points(given: Path, root: Path) -> tuple[float, float] | None:
    """What the last cell of an exercise said when it was run last."""
    mine = root / WORK / given.relative_to(root)
    if not mine.is_file():
        return None
    found = [_SCORE.search(_printed(cell)) for cell in _cells(mine) if cell["cell_type"] == "code"]
    scores = [(float(score[1]), float(score[2])) for score in found if score]
    return scores[-1] if scores else None


def _turns(cells: Sequence[Cell]) -> dict[str, str]:
    """The cells to write in, as they are given, by id: each follows the text that asks."""
    return {
        following["id"]: _source(following)
        for cell, following in pairwise(cells)
        if cell["cell_type"] == "markdown" and _TURN.search(_source(cell)) and following["cell_type"] == "code"
    }


def _cells(path: Path) -> list[Cell]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def _source(cell: Cell) -> str:
    return "".join(cell["source"])


def _printed(cell: Cell) -> str:
    """What a cell shows, as text."""
    outputs = cell.get("outputs", [])
    return "\n".join("".join(output.get("data", {}).get("text/plain", "")) for output in outputs)
