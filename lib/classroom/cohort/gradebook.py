"""Writes what was judged into nbgrader's database and folder, so that its formgrader, exporters and late policy work.

One process writes, one transaction for each submission.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from nbgrader.api import Gradebook, InvalidEntry, MissingEntry, StatementError  # type: ignore[import-untyped]
from nbgrader.preprocessors import AssignLatePenalties  # type: ignore[import-untyped]

from classroom.cohort import releases, submissions
from classroom.cohort.course import Course
from classroom.judging.autograded import harmless
from classroom.judging.judge import PASSED, UNCLEAR
from compresslab.errors import InputError
from compresslab.files import atomic_write

_NO_RESPONSE = "No response."  # as nbgrader says it
Result = TypeVar("Result")
_PATIENCE = 30.0  # seconds to wait for a program that writes to the database, such as nbgrader's formgrader


class Locked(Exception):
    """Another program has held the database for longer than is worth waiting."""


class Writer:
    """The gradebook of one assignment, open for writing.

    Args:
        course: whose.
        assignment: its name. It is entered as `nbgrader generate_assignment` does.
        say: is told when the database has to be waited for.

    Raises:
        InputError: the database can't be used, or has another version of the assignment with submissions to it.
    """

    def __init__(self, course: Course, assignment: str, say: Callable[[str], None] = print) -> None:
        self._course = course
        self._assignment = assignment
        self._say = say
        try:
            _patiently(lambda: releases.register(course.root, assignment), say)
            self._book = _patiently(lambda: open_book(course), say)
            cells = self._book.find_notebook(assignment, assignment).source_cells
            self._released = {cell.name: cell.source for cell in cells}
            self._written = {cell.name for cell in cells if cell.cell_type == "markdown"}
        except (StatementError, MissingEntry, Locked) as error:
            raise unusable(course, error) from error
        self._late = AssignLatePenalties(config=course.config)
        self._late.init_plugin()

    @property
    def due(self) -> datetime | None:
        """When the assignment is due, as the formgrader has it."""
        return self._book.find_assignment(self._assignment).duedate

    def has(self, learner: str) -> bool:
        """Whether grades of a learner are there."""
        try:
            self._book.find_submission(self._assignment, learner)
        except MissingEntry:
            return False
        return self._notebook(learner).is_file()

    def write(self, learner: str, handed_in: datetime | None, outcome: dict[str, Any], master: list[Any]) -> None:
        """Enter a learner's grades and comments, then write the graded notebook.

        Scores given by hand stay, unless the answer has changed since: then they go, and the cell asks for another.

        Args:
            learner: their id.
            handed_in: when, for the late policy.
            outcome: what `tasks.judge_task` gave.
            master: the source notebook's cells.

        Raises:
            Locked: another program writes to the database all the time; what it holds is as before.
            InputError: the database can't be written.
        """
        path = self._notebook(learner)
        before, now = _answers(_load(path)), _answers(outcome["notebook"])

        def enter() -> None:
            with self._transaction():
                self._book.update_or_create_student(learner)
                self._book.update_or_create_submission(self._assignment, learner, timestamp=handed_in)
                notebook = self._book.find_submission_notebook(self._assignment, self._assignment, learner)
                dropped = self._enter_grades(notebook, outcome, before, now)
                self._enter_comments(notebook, outcome, now, dropped, master)
                self._enter_penalty(notebook)

        try:
            _patiently(enter, self._say)
        except StatementError as error:
            raise unusable(self._course, error) from error
        _write_folder(path, outcome["notebook"], submissions.kept(self._folder("submitted", learner)))

    def _enter_grades(
        self, notebook: Any, outcome: dict[str, Any], before: dict[str, str], now: dict[str, str]
    ) -> dict[str, float]:
        results = {result["name"]: result for result in outcome["results"]}
        code_changed = any(before.get(name) != now[name] for name in now.keys() - self._written)
        dropped = {}
        for grade in notebook.grades:
            result = results[grade.name]
            by_hand = result["status"] == "by hand"
            unanswered = by_hand and (bool(outcome["problem"]) or self._is_unanswered(grade.name, now))
            changed = before.get(grade.name) != now.get(grade.name) if by_hand else code_changed
            if changed and grade.manual_score is not None:
                dropped[grade.name] = grade.manual_score
                grade.manual_score = None
            was_flagged = grade.needs_manual_grade and grade.auto_score is not None and not changed
            grade.auto_score = (0.0 if unanswered else None) if by_hand else result["points"]
            waits = grade.auto_score is None and grade.manual_score is None
            doubtful = result["status"] == UNCLEAR or bool(outcome["problem"]) or grade.name in dropped
            grade.needs_manual_grade = waits or doubtful or was_flagged
        return dropped

    def _enter_comments(
        self, notebook: Any, outcome: dict[str, Any], now: dict[str, str], dropped: dict[str, float], master: list[Any]
    ) -> None:
        owners = _owners(master)
        said: dict[str, list[str]] = {}
        if outcome["problem"]:
            said = {comment.name: [f"Not judged: {outcome['problem']}."] for comment in notebook.comments}
        for result in outcome["results"]:
            owner = owners.get(result["name"], result["name"])
            if result["status"] not in (PASSED, "by hand") and not outcome["problem"]:
                lines = "\n".join("    " + line for line in result["message"].splitlines())  # code: no HTML, no markup
                line = f"{result['name']}: {result['points']:g} of {result['max_points']:g} points\n\n{lines}"
                said.setdefault(owner, []).append(line)
            if result["name"] in dropped:
                line = f"{result['name']} had {dropped[result['name']]:g} points by hand before the answer changed."
                said.setdefault(owner, []).append(line)
        for comment in notebook.comments:
            response = [_NO_RESPONSE] if self._is_unanswered(comment.name, now) else []
            comment.auto_comment = "\n\n".join(response + said.get(comment.name, [])) or None

    def _enter_penalty(self, notebook: Any) -> None:
        self._book.db.flush()
        self._book.db.refresh(notebook)
        late = notebook.assignment.total_seconds_late
        notebook.late_submission_penalty = None
        if late > 0:
            penalty = self._late.plugin_inst.late_submission_penalty(notebook.student.id, notebook.score, late)
            if penalty is not None:
                notebook.late_submission_penalty = self._late._check_late_penalty(notebook, penalty)

    def _is_unanswered(self, name: str, now: dict[str, str]) -> bool:
        released = self._released.get(name, "")
        return now.get(name, "").strip() in ("", released.strip(), harmless(released).strip())

    def _notebook(self, learner: str) -> Path:
        return self._folder("autograded", learner) / f"{self._assignment}.ipynb"

    def _folder(self, step: str, learner: str) -> Path:
        return self._course.folder(step) / learner / self._assignment

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing: nbgrader's own functions commit after each step."""
        session = self._book.db()
        session.commit = session.flush
        try:
            with session.no_autoflush:
                yield
        except BaseException:
            del session.commit
            session.rollback()
            raise
        del session.commit
        session.commit()

    def close(self) -> None:
        """Let go of the database."""
        self._book.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _patiently(use: Callable[[], Result], say: Callable[[str], None]) -> Result:
    """Use the database, again and again while another program holds it.

    Raises:
        Locked: it holds it for too long.
    """
    started = time.monotonic()
    told = False
    while True:
        try:
            return use()
        except (StatementError, InvalidEntry, InputError) as error:  # nbgrader's own functions hide the first two
            if "database is locked" not in str(error):
                raise
            if not told:
                say(f"Another program writes to the gradebook: waiting for it for up to {_PATIENCE:g} s.")
                told = True
            if time.monotonic() - started > _PATIENCE:
                raise Locked("another program has kept it locked") from error
        time.sleep(0.2)


def open_book(course: Course) -> Gradebook:
    """nbgrader's gradebook of a course; made if there is none."""
    with releases.scripts_on_path():
        return Gradebook(course.database, course.name)


def unusable(course: Course, error: Exception) -> InputError:
    """A database that can't be used, in a sentence."""
    reason = str(error).strip().splitlines()[0]
    return InputError(
        f"the gradebook {course.database} can't be used: {reason}. Is another program writing to it, or does "
        "`nbgrader db upgrade` help? (Make a copy of it first.)"
    )


def _owners(master: list[Any]) -> dict[str, str]:
    """For each check, the solution cell before it: where its message is a comment."""
    owners: dict[str, str] = {}
    solutions = [cell.name for cell in master if cell.kind == "solution"]
    owner = solutions[0] if solutions else ""
    for cell in master:
        if cell.kind == "solution":
            owner = cell.name
        elif cell.kind == "test":
            owners[cell.name] = owner
    return owners


def _answers(notebook: dict[str, Any]) -> dict[str, str]:
    found = {}
    for cell in notebook.get("cells", ()):
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution"):
            found[marks["grade_id"]] = "".join(cell["source"])
    return found


def _load(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}


def _write_folder(path: Path, notebook: dict[str, Any], kept: dict[str, bytes]) -> None:
    for name, content in kept.items():
        with atomic_write(path.parent / name) as partial:
            partial.write_bytes(content)
    with atomic_write(path) as partial:
        partial.write_text(json.dumps(notebook, indent=1) + os.linesep, encoding="utf-8")
