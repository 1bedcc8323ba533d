"""Brings measured points into nbgrader's gradebook, where the report notebook's grades are: there they can be exported.

The notebook has a cell for them, graded by hand as far as nbgrader knows; the number comes from here.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from nbgrader.api import InvalidEntry, MissingEntry, StatementError  # type: ignore[import-untyped]

from classroom.capstone import ASSIGNMENT
from classroom.capstone.grade import Row
from classroom.cohort import course
from classroom.cohort.gradebook import open_book, unusable
from classroom.terminal import one_line
from compresslab.errors import InputError

CELL = "measured"


def enter(root: Path, rows: Iterable[Row], say: Callable[[str], None] = print) -> int:
    """Enter points for all whose report notebook has been graded.

    Args:
        root: the folder with `nbgrader_config.py`.
        rows: of the run.
        say: is told who has no notebook there.

    Returns:
        For how many they were entered.

    Raises:
        InputError: there is no course, or its gradebook can't be written.
    """
    here, entered, absent = course.find(root), 0, []
    try:
        with open_book(here) as book:
            for row in rows:
                try:
                    grade = book.find_grade(CELL, ASSIGNMENT, ASSIGNMENT, row.learner)
                except MissingEntry:
                    absent.append(row.learner)
                    continue
                grade.manual_score, grade.needs_manual_grade = float(row.points), False
                book.db.commit()
                entered += 1
    except (StatementError, InvalidEntry) as error:
        raise unusable(here, error) from error
    if absent:
        names = ", ".join(map(one_line, absent))
        say(f"Not in the gradebook, since no notebook of theirs is graded (`classroom grade {ASSIGNMENT}`): {names}")
    return entered


def is_course(root: Path) -> bool:
    """Whether there is a gradebook to enter points into."""
    try:
        here = course.find(root)
    except InputError:
        return False
    return Path(here.database.removeprefix("sqlite:///")).is_file()
