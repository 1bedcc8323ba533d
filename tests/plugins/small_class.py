"""A small class for tests: a course with one assignment, and what some learners hand in."""

import json
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from classroom.cohort.course import Course

NAME = "straight_through"


def answered(notebook: dict[str, Any], **sources: str) -> dict[str, Any]:
    """A notebook with these texts in its cells, by grade_id."""
    changed = json.loads(json.dumps(notebook))
    for cell in changed["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = sources.get(name, cell["source"])
    return changed


def hand_in(root: Path, learner: str, notebook: Any, name: str = f"{NAME}.ipynb") -> Path:
    folder = root / ".grading" / "submitted" / learner / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.txt").write_text("2026-01-02 03:04:05.000000 UTC")
    path = folder / name
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    return path


def scores(here: Course) -> dict[str, dict[str, tuple[float | None, float | None, bool]]]:
    """By learner and cell: the automatic score, the one by hand, and whether a person must look."""
    with Gradebook(here.database, here.name) as book:
        return {
            each.student.id: {
                cell.name: (cell.auto_score, cell.manual_score, cell.needs_manual_grade)
                for cell in each.notebooks[0].grades
            }
            for each in book.assignment_submissions(NAME)
        }
