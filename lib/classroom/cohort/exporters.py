"""Grades as files: nbgrader's own table, and those that learning platforms import.

`nbgrader export` writes the first, since nbgrader_config.py names `GradesExporter`; `nbgrader export
--exporter=classroom.cohort.exporters.CanvasExporter` and its neighbours the others. None of them makes a number of work
that is not graded: nbgrader's own exporter writes 0.0 for it.

Canvas and Moodle take an empty cell for "no grade", and drop one that they have. So in their files learners who have
no grade to export get no row: export one assignment at a time, and nothing is dropped.
"""

import csv
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.plugins import ExportPlugin  # type: ignore[import-untyped]
from traitlets import Bool, Dict, Enum

from classroom.cohort import submissions
from compresslab.errors import InputError
from compresslab.files import atomic_write

_GRADED, _WAITS = "graded", "waits for a grade by hand"
_UNJUDGED, _NOTHING = "handed in, not judged yet", "nothing handed in"
# What a spreadsheet may run, also after spaces, and in the wide characters of East Asian keyboards.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


class Exporter(ExportPlugin):  # type: ignore[misc]
    """What all exporters share: filters, one file that is whole or absent, and errors in a sentence."""

    partial = Bool(help="export the points so far of work that waits for a grade by hand").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that `--to` names, grades.csv by default.

        Raises:
            InputError: a filter names what isn't in the gradebook, two columns have one heading, or the file can't be
                written. The command says so, and ends with status 1.
        """
        try:
            rows = self.rows(gradebook)
            path = Path(self.to or "grades.csv")
            with atomic_write(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)  # bare, a `;` may begin a new cell
        except InputError as error:
            if self.parent is None:
                raise
            self.parent.fail("%s", error)
        else:
            self.log.info("Written: %s", path)

    def rows(self, gradebook: Gradebook) -> list[list[str]]:
        """The file's rows, headings first."""
        raise NotImplementedError

    def _grades(self, gradebook: Gradebook, assignment: str, learners: Collection[str]) -> dict[str, Any]:
        """nbgrader's submissions to an assignment that have a grade to export, by learner."""
        given = {each.student.id: each for each in gradebook.assignment_submissions(assignment)}
        given = {name: given[name] for name in learners if name in given}
        waiting = [name for name, submission in given.items() if _waits(submission)]
        if waiting:
            done = "exported without" if self.partial else "not exported"
            self.log.warning("%s waits for grades by hand, and is %s: %s", assignment, done, ", ".join(waiting))
        return {name: each for name, each in given.items() if self.partial or name not in waiting}


class GradesExporter(Exporter):
    """A table for people and spreadsheets: nbgrader's columns, a row for each learner and assignment, and its state.

    "graded"; "waits for a grade by hand"; "handed in, not judged yet"; "nothing handed in". Only the first has a score.
    """

    columns = (
        *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
        *("raw_score", "late_submission_penalty", "score", "max_score", "state"),
    )

    def rows(self, gradebook: Gradebook) -> list[list[str]]:
        """The file's rows, headings first."""
        assignments = _chosen({each.name: each for each in gradebook.assignments}, self.assignment, "assignment")
        people: dict[str, Any] = {each.id: each for each in gradebook.students}
        handed_in = {name: self._handed_in(name) for name in assignments}
        known = people | dict.fromkeys(sorted(set().union(*handed_in.values()) - people.keys()))
        learners = _chosen(known, self.student, "learner")
        rows = [list(self.columns)]
        for name, assignment in assignments.items():
            given = {each.student.id: each for each in gradebook.assignment_submissions(name)}
            grades = self._grades(gradebook, name, learners)
            for learner, person in learners.items():
                if _FORMULA.match(learner):
                    self.log.warning("%r is left out: a spreadsheet would run this id.", learner)
                    continue
                cells: dict[str, Any] = {"assignment": name, "duedate": assignment.duedate, "student_id": learner}
                cells |= {"max_score": _number(assignment.max_score)}
                if person:
                    cells |= {each: _text(getattr(person, each)) for each in ("last_name", "first_name", "email")}
                if learner in given:
                    cells |= {"timestamp": given[learner].timestamp, "state": _WAITS}
                else:
                    cells |= {"state": _UNJUDGED if learner in handed_in[name] else _NOTHING}
                if learner in grades:
                    penalty = grades[learner].late_submission_penalty or 0.0
                    cells |= {"raw_score": _number(grades[learner].score), "score": _score(grades[learner])}
                    cells |= {"late_submission_penalty": _number(penalty)}
                    cells |= {"state": _WAITS if _waits(grades[learner]) else _GRADED}
                rows.append([str(cells.get(column) or "") for column in self.columns])
        return rows

    def _handed_in(self, assignment: str) -> set[str]:
        """Whose work lies there, judged or not."""
        if self.parent is None:
            return set()
        here = self.parent.coursedir
        return set(submissions.handed_in(Path(here.root) / here.submitted_directory, assignment))


class LmsExporter(Exporter):
    """What those for learning platforms share: a row for each learner, a column for each assignment.

    The score is nbgrader's final one: the late penalty is taken off, and it is never below 0. `headings` says what
    the platform calls an assignment's column, in `nbgrader_config.py`: `c.LmsExporter.headings = {"ch01": "Week 1"}`.
    """

    headings = Dict(help="the heading of an assignment's column, by the assignment's name").tag(config=True)
    key: Any = ""  # the column of nbgrader's id
    columns: tuple[str, ...] = ()  # before the assignments
    heading = "{name}"  # of an assignment
    possible = ""  # the first cell of a row with the assignments' points, where there is one
    mark = ""  # before each id
    end: tuple[str, ...] = ()  # the last column: its heading, and what is in it

    def rows(self, gradebook: Gradebook) -> list[list[str]]:
        """The file's rows, headings first."""
        assignments = _chosen({each.name: each for each in gradebook.assignments}, self.assignment, "assignment")
        people = sorted(gradebook.students, key=lambda each: (each.last_name or "", each.first_name or "", each.id))
        learners = _chosen({each.id: each for each in people}, self.student, "learner")
        points = {name: _number(each.max_score) for name, each in assignments.items()}
        columns = self.columns or (self.key,)
        titles = [self.headings.get(name, self.heading.format(name=name, points=points[name])) for name in assignments]
        header = [*columns, *titles, *self.end[:1]]
        if len(set(header)) < len(header):
            raise InputError(f"two columns have one heading in {header}: change {type(self).__name__}.headings.")
        above = [header]
        if self.possible:
            above.append([self.possible, *[""] * (len(columns) - 1), *points.values()])
        grades = {
            name: {learner: _score(each) for learner, each in self._grades(gradebook, name, learners).items()}
            for name in assignments
        }
        rows = []
        for name, learner in learners.items():
            cells = [grades[each].get(name, "") for each in assignments]
            known = {**_names(learner), self.key: self.mark + name}
            # No real id looks like a formula. With an apostrophe it would match nobody, and stop Moodle's import.
            if any(cells) and _FORMULA.match(known[self.key]):
                self.log.warning("%r is left out, grades %s: a spreadsheet would run this id.", name, cells)
            elif any(cells):
                rows.append([*(known.get(column, "") for column in columns), *cells, *self.end[1:]])
        if any("" in row[len(columns) :] for row in rows):
            self.log.warning("some cells are empty, and a platform may drop what it has there: try --assignment.")
        self.log.info("Learners with grades: %d", len(rows))
        return above + rows


class CanvasExporter(LmsExporter):
    """For Canvas: Grades, Import.

    "SIS Login ID" identifies the learner; `--CanvasExporter.key="SIS User ID"`, or "ID" (Canvas's own number), if
    nbgrader's ids are those. The heading must be the title of a published assignment; for any other, Canvas offers
    to make one. It wants a column of sections, but nothing in it.
    """

    key = Enum(("SIS Login ID", "SIS User ID", "ID"), "SIS Login ID").tag(config=True)
    columns = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    possible = "    Points Possible"  # so in Canvas's own files


class MoodleExporter(LmsExporter):
    """For Moodle: Grades, Import, CSV file.

    "username" has nbgrader's id: take it under "Map from", and under "Map to" what these ids are on your site
    (username, ID number, email address). Then choose each heading's grade item, whose maximum must be nbgrader's.
    """

    key = "username"
    columns = ("username", "Last Name", "First Name")


class BlackboardExporter(LmsExporter):
    """For Blackboard: Grade Center or Gradebook, Upload.

    "Username" identifies the learner. Blackboard finds a column by the number after the bar: copy the headings from
    a file that you downloaded there ("Week 1 [Total Pts: 9 Score] |12345") to `headings`. Without the number you get
    a new column, at first of text and worth no points.
    """

    key = "Username"
    columns = ("Last Name", "First Name", "Username")
    heading = "{name} [Total Pts: {points} Score]"


class BrightspaceExporter(LmsExporter):
    """For Brightspace (D2L): Grades, Enter Grades, Import.

    "Username" identifies the learner, or "OrgDefinedId" with `--BrightspaceExporter.key=OrgDefinedId`. The heading
    must be a numeric grade item's name and " Points Grade"; more points than the item's maximum are cut.
    """

    key = Enum(("Username", "OrgDefinedId"), "Username").tag(config=True)
    heading = "{name} Points Grade"
    mark = "#"  # as in Brightspace's own files: it is no part of the id, and keeps it text in a spreadsheet
    end = ("End-of-Line Indicator", "#")


def _chosen(known: dict[str, Any], names: list[Any], kind: str) -> dict[str, Any]:
    wanted = {str(name) for name in names} or set(known)  # a number is one in `--student="[42]"`
    absent = ", ".join(sorted(wanted - set(known)))
    if absent:
        raise InputError(f"no {kind} {absent} in the gradebook: choose from {', '.join(known) or 'none yet'}.")
    return {name: each for name, each in known.items() if name in wanted}


def _names(learner: Any) -> dict[str, str]:
    """Columns for people to read."""
    last, first = learner.last_name or "", learner.first_name or ""
    names = {"Last Name": last, "First Name": first, "Student": ", ".join(filter(None, (last, first))) or learner.id}
    return {column: _text(name) for column, name in names.items()}


def _text(words: str | None) -> str:
    """Words as a spreadsheet shows and never runs them."""
    words = words or ""
    return f"'{words}" if _FORMULA.match(words) else words


def _score(submission: Any) -> str:
    return _number(max(0.0, submission.score - (submission.late_submission_penalty or 0.0)))


def _waits(submission: Any) -> bool:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return submission.needs_manual_grade or any(
        each.auto_score is None and each.manual_score is None for each in grades
    )


def _number(points: float) -> str:
    return f"{points:.4f}".rstrip("0").rstrip(".")
