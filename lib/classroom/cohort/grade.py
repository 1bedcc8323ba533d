"""Grades what a class handed in: plans, judges in parallel, and writes; taken up again where it was stopped."""

import fcntl
import hashlib
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from classroom.cohort import submissions
from classroom.cohort.course import Course
from classroom.cohort.gradebook import Locked, Writer
from classroom.cohort.records import Records, basis
from classroom.judging import parallel
from classroom.judging.tasks import Task
from classroom.notebook.cells import parse
from classroom.sandbox import bubblewrap
from classroom.terminal import one_line
from compresslab.errors import InputError

_UNWRITTEN = "not written yet: another program holds the gradebook"


@dataclass(frozen=True)
class Wish:
    """What is asked of a run.

    Attributes:
        assignment: its name.
        learners: some of them, by id; all who handed in if empty.
        jobs: judges at a time; as many as this machine can run if 0.
        again: judge what has not changed too, with the same trials as before.
        cell: judge this check alone, and keep the others' results; "" for all.
        sandboxed: lock up learners' code. Only harmless code may do without.
        ray: the address of a Ray cluster; "" for this machine.
    """

    assignment: str
    learners: Collection[str] = ()
    jobs: int = 0
    again: bool = False
    cell: str = ""
    sandboxed: bool = True
    ray: str = ""


@dataclass
class Count:
    """What came of a run, in submissions. Those unwritten are judged: the next run brings them into the gradebook."""

    judged: int = 0
    unchanged: int = 0
    problems: int = 0
    unwritten: int = 0


def grade(course: Course, wish: Wish, say: Callable[[str], None] = print) -> Count:
    """Grade an assignment.

    Args:
        course: whose.
        wish: what, and how.
        say: is given lines about the progress.

    Raises:
        InputError: it can't be done on this machine, or with this course; with the remedy.
    """
    path = course.source(wish.assignment)
    master = path.read_bytes()
    cells = parse(master, str(path))
    checks = [cell.name for cell in cells if cell.kind == "test"]
    if wish.cell and wish.cell not in checks:
        raise InputError(f"no check {wish.cell} in {wish.assignment}: choose from {', '.join(checks)}.")
    if wish.sandboxed and not wish.ray:
        bubblewrap.require()
    names = submissions.learners(course.folder("submitted"), wish.assignment, wish.learners)
    with _alone(course.judged / wish.assignment), Writer(course, wish.assignment, say) as writer:
        run = _Run(course, wish, master, writer)
        todo = [name for name in names if run.needs_judging(name)]
        count = Count(unchanged=len(names) - len(todo))
        for line in () if wish.learners else submissions.left_out(course.folder("submitted"), wish.assignment):
            count.problems += 1
            say(line)
        for name in sorted(set(names) - set(todo)):
            unwritten = run.write(name)  # where the run was stopped between judging and writing
            count.unwritten += bool(unwritten)
            problem = run.records.of(name)["outcome"]["problem"]
            count.problems += bool(problem)
            if problem:
                say(f"{name}: not judged: {one_line(problem)}")
            if unwritten:
                say(f"{name}: {unwritten}")
        with _progress(len(todo), say) as told:
            for name, outcome, unwritten in run.judge(todo):
                count.judged += 1
                count.problems += bool(outcome["problem"])
                count.unwritten += bool(unwritten)
                told(_line(name, outcome) + (f"; {unwritten}" if unwritten else ""))
        run.records.finish()
        if writer.due:
            untimed = [name for name in names if not run.records.of(name)["handed_in"]]
            if untimed:
                say(f"Counted as on time, since no time of handing in was noted: {', '.join(map(one_line, untimed))}")
    return count


class _Run:
    """One run of `grade`."""

    def __init__(self, course: Course, wish: Wish, master: bytes, writer: Writer) -> None:
        self.records = Records(course.judged / wish.assignment)
        self._course = course
        self._wish = wish
        self._master = master
        self._cells = parse(master, wish.assignment)
        self._basis = basis(master, course.limits, wish.sandboxed)
        self._writer = writer
        self._locked = False

    def needs_judging(self, learner: str) -> bool:
        """Whether what is on record is not what the learner handed in, judged as it would be today."""
        if self._wish.again or self._wish.cell:
            return True
        return self.records.of(learner).get("key") != self._key(self._read(learner))

    def judge(self, learners: list[str]) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Judge them and write each as it is done: the learner, the outcome, and why it isn't in the gradebook."""
        if not learners:
            return
        seed = self.records.seed()
        tasks = (self._task(learner, seed) for learner in learners)
        if self._wish.ray:
            from classroom.judging.scale import over_machines

            done = over_machines(tasks, self._wish.ray)
        else:
            jobs = min(self._wish.jobs or parallel.jobs_here(), len(learners))
            done = _with_a_second_look(tasks, jobs)
        for task, outcome in done:
            record = self._record(task, outcome)
            self.records.keep(task.learner, record)
            yield task.learner, record["outcome"], self.write(task.learner)

    def write(self, learner: str) -> str:
        """Bring a learner's record into the gradebook, unless it is there; why that can't be done, or "".

        What was judged is on record, so nothing is lost: the next run writes it.
        """
        record = self.records.of(learner)
        if self._locked:
            return _UNWRITTEN
        try:
            if not record["recorded"] or not self._writer.has(learner):
                handed_in = record["handed_in"] and datetime.fromisoformat(record["handed_in"])
                self._writer.write(learner, handed_in, record["outcome"], self._cells)
                self.records.keep(learner, record | {"recorded": True})
        except Locked:
            self._locked = True  # the others need not wait as long for the same program
            return _UNWRITTEN
        except InputError:
            raise  # the database can't be used at all
        except Exception as error:  # noqa: BLE001  one strange submission must not end the run of a class
            return one_line(f"not written into the gradebook: {type(error).__name__}: {error}")
        return ""

    def _task(self, learner: str, seed: int) -> Task:
        submission = self._read(learner)
        before = self.records.of(learner)
        same = before.get("key", {}).get("submission") == submission.digest
        return Task(
            learner=learner,
            content=submission.content,
            problem=submission.problem,
            notes=submission.notes,
            master=self._master,
            seed=before["seed"] if same else _own(seed, submission.digest),
            limits=self._course.limits,
            sandboxed=self._wish.sandboxed,
            hidden=[str(folder) for folder in self._course.secrets],
            only=self._wish.cell if same and self._fits(before["key"], submission) else "",
            handed_in=submission.handed_in,
        )

    def _fits(self, before: dict[str, Any], submission: submissions.Submission) -> bool:
        """Whether a record differs from today's in no more than the one cell that is to be judged."""
        now = self._key(submission)
        others = [
            {name: digest for name, digest in key["checks"].items() if name != self._wish.cell} for key in (before, now)
        ]
        return others[0] == others[1] and {**before, "checks": None} == {**now, "checks": None}

    def _record(self, task: Task, outcome: dict[str, Any]) -> dict[str, Any]:
        submission = submissions.Submission(task.learner, Path(), task.content, task.problem, task.notes)
        if task.only:
            outcome = _merged(self.records.of(task.learner)["outcome"], outcome, task.only)
        return {
            "key": self._key(submission),
            "seed": task.seed,
            "handed_in": task.handed_in and task.handed_in.isoformat(),
            "outcome": outcome,
            "recorded": False,
        }

    def _key(self, submission: submissions.Submission) -> dict[str, Any]:
        """Everything that a judgement depends on besides its seed: it is repeated where one of these changed."""
        return {"submission": submission.digest, **self._basis}

    def _read(self, learner: str) -> submissions.Submission:
        return submissions.read(self._course.folder("submitted"), self._wish.assignment, learner)


def _with_a_second_look(tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, dict[str, Any]]]:
    """Judge in parallel, and what got no time there once more, alone: a neighbour's processes take no points."""
    starved = []
    for task, outcome in parallel.in_processes(tasks, jobs):
        if outcome["starved"] and jobs > 1:
            starved.append(task)
        else:
            yield task, outcome
    yield from parallel.in_processes(starved, 1)


def _own(seed: int, digest: str) -> int:
    """The seed of one submission's trials: after a run was aborted, what is handed in anew meets new ones."""
    return int.from_bytes(hashlib.sha256(f"{seed} {digest}".encode()).digest()[:6])


def _merged(before: dict[str, Any], now: dict[str, Any], cell: str) -> dict[str, Any]:
    """An earlier outcome with one check's result in place of the old one."""
    new = {result["name"]: result for result in now["results"]}
    results = [new[cell] if result["name"] == cell else result for result in before["results"]]
    shown = {_id(each): each for each in now["notebook"]["cells"]}
    cells = [shown[cell] if _id(each) == cell else each for each in before["notebook"]["cells"]]
    return before | {"results": results, "notebook": before["notebook"] | {"cells": cells}}


def _id(cell: dict[str, Any]) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def _line(learner: str, outcome: dict[str, Any]) -> str:
    """A learner's result for the instructor."""
    if outcome["problem"]:
        return f"{learner}: not judged: {one_line(outcome['problem'])}"
    checks = [result for result in outcome["results"] if result["status"] != "by hand"]
    points = sum(result["points"] for result in checks)
    possible = sum(result["max_points"] for result in checks)
    lost = [result["name"] for result in checks if result["points"] < result["max_points"]]
    unclear = [result["name"] for result in checks if result["status"] == "unclear"]
    parts = [f"{points:g} of {possible:g} points"]
    parts += [f"loses {', '.join(lost)}"] if lost else []
    parts += [f"look at {', '.join(unclear)}: the check could not judge the answer"] if unclear else []
    parts += [one_line(note) for note in outcome["notes"] if note.startswith(submissions.TIME)]
    return f"{learner}: {'; '.join(parts)}"


@contextmanager
def _progress(total: int, say: Callable[[str], None]) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, and lines with an estimate elsewhere."""
    if say is print and sys.stderr.isatty():
        with tqdm(total=total, unit="submission", disable=not total) as bar:

            def tell(line: str) -> None:
                bar.write(line)
                bar.update()

            yield tell
        return
    started, done = time.monotonic(), 0

    def tell_plainly(line: str) -> None:
        nonlocal done
        done += 1
        left = (time.monotonic() - started) / done * (total - done)
        say(f"[{done}/{total}, {_duration(left)} left] {line}")

    yield tell_plainly


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Make sure that no other run grades the same assignment; it is over when this one ends, however it does."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.parent.chmod(0o700)  # seeds are secret
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(f"{folder.name} is being graded already: wait for that run, or end it.") from error
        yield
