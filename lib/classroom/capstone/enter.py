"""Brings measured points into nbgrader's gradebook, where the report notebook's grades are: there they can be exported.

The notebook has a cell for them, graded by hand as far as nbgrader knows; the number comes from here.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from nbgrader.api import InvalidEntry, MissingEntry, StatementError  # type: ignore[import-untyped]

from classroom.capstone import ASSIGNMENT
from classroom.capstone.grade import Row
from classroom.cohort.course import Course
from classroom.cohort.gradebook import open_book, unusable
from classroom.terminal import one_line

CELL = "measured"


def enter(here: Course, rows: Iterable[Row], say: Callable[[str], None] = print) -> int:
    """Enter points for all whose report notebook has been graded.

    Args:
        here: the course.
        rows: of the run.
        say: is told who has no notebook there.

    Returns:
        For how many they were entered.

    Raises:
        InputError: the gradebook can't be written.
    """
    entered, absent = 0, []
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


def has_gradebook(here: Course) -> bool:
    """Whether there is a gradebook to enter points into."""
    return Path(here.database.removeprefix("sqlite:///")).is_file()
