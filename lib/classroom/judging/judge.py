"""Decides what a submission is worth, without ever running a learner's code in this process."""

import traceback
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

from classroom.checks.bounds import bounded, confined
from classroom.checks.calls import Transport, learner
from classroom.checks.trial import seeded
from classroom.exchange.failures import CheckFailed, ForkServerLost, NoAnswer, Raised, TooLong, cut
from classroom.exchange.handler import CallBack
from classroom.exchange.surroundings import standard
from classroom.limits import Limits
from classroom.notebook.cells import Cell, rebuild

SETUP = "setup"  # the given cell with the imports that checks use
PASSED, FAILED, UNCLEAR = "passed", "failed", "unclear"
_USUAL = Limits()


class Session(Protocol):
    """A learner's notebook: `process.Session`, or `harness.InProcess`.

    Attributes:
        output: what the last cell printed.
    """

    output: str

    def run(self, source: str) -> Raised | None:
        """Run a cell; what it raised, or None."""

    def ask(self, request: bytes, call_back: CallBack) -> bytes:
        """Answer a request of `calls.Learner`."""


@dataclass(frozen=True)
class Result:
    """What one graded cell gave.

    Attributes:
        name: of the cell (its grade_id).
        points, max_points: got, and possible; 0 points for a written answer, which a person grades.
        status: "passed", "failed", "unclear" (the check itself stumbled over the answer: it gives no points, and
            deserves a better check), or "by hand".
        message: why points were lost.
    """

    name: str
    points: float
    max_points: float
    status: str
    message: str = ""


@dataclass(frozen=True)
class Ran:
    """What running one of the notebook's other cells gave.

    Attributes:
        name: of the cell; "" for an extra one.
        source: its text.
        output: what it printed.
        problem: what it raised, or why it gave no answer; "" if all went well.
    """

    name: str
    source: str
    output: str
    problem: str


@dataclass(frozen=True)
class Judgement:
    """What a submission is worth.

    Attributes:
        results: of every graded cell, in the source notebook's order.
        notes: what was odd: missing or double cells, cells that raised.
        seed: gives the same trials again.
        ran: the cells that are no checks, in the order in which they ran.
        starved: whether the learner's code ran out of time waiting, and not computing: on a busy machine, say.
    """

    results: list[Result]
    notes: list[str]
    seed: int
    ran: list[Ran] = field(default_factory=list, compare=False)
    starved: bool = field(default=False, compare=False)

    @property
    def points(self) -> float:
        """Points of all checks."""
        return sum(result.points for result in self.results)

    @property
    def verdict(self) -> dict[str, str]:
        """Each graded cell's status: the same in a learner's kernel, even where a message quotes a random number."""
        return {result.name: result.status for result in self.results}

    @property
    def lost(self) -> dict[str, Result]:
        """The checks that were not passed, by name."""
        return {result.name: result for result in self.results if result.status in (FAILED, UNCLEAR)}


def judge(
    master: list[Cell],
    submission: list[Cell],
    session: Session,
    *,
    seed: int,
    thorough: bool = True,
    only: Collection[str] = (),
    limits: Limits = _USUAL,
) -> Judgement:
    """Run a submission's cells in a session and the source notebook's checks here.

    Args:
        master: the source notebook, with hidden checks.
        submission: the learner's.
        session: where the learner's cells run.
        seed: of the trials; where it matters, one that the learner can't guess.
        thorough: else stop at the first check that fails (and leave out the results of those that follow).
        only: the checks to run, by name; all of them if empty.
        limits: of the checks themselves; the session has its own.
    """
    order, notes = rebuild(master, submission)
    setup = "\n".join(cell.source for cell in master if cell.name == SETUP)
    found: dict[str, Result] = {}
    ran: list[Ran] = []
    for cell in order:
        if cell.kind == "test" and only and cell.name not in only:
            continue
        if cell.kind == "test":
            found[cell.name] = run_check(cell, setup, session.ask, seed, limits)
            if not thorough and found[cell.name].status != PASSED:
                break
        else:
            ran.append(_run_cell(cell, session))
            if ran[-1].problem:
                what = f"cell {cell.name}" if cell.name else "an extra cell"
                notes.append(f"{what} {ran[-1].problem}")
    for cell in master:
        if cell.kind == "written":
            found[cell.name] = Result(cell.name, 0.0, cell.points, "by hand")
    return Judgement([found[cell.name] for cell in master if cell.name in found], notes, seed, ran)


def run_check(cell: Cell, setup: str, ask: Transport, seed: int, limits: Limits = _USUAL) -> Result:
    """Run one check: plain Python that reaches the learner's functions through `classroom.learner` alone.

    Args:
        cell: the check.
        setup: the source of the notebook's given cell named "setup", whose imports the check uses.
        ask: reaches the learner's functions.
        seed: of the trials.
        limits: of its computing and its memory.
    """
    names: dict[str, Any] = {"__name__": cell.name}
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            standard(),
            seeded(f"{seed} {cell.name}"),
            confined(limits.check_bytes),
            bounded(ask, limits.check_seconds) as ask_in_time,
            learner.reached_by(ask_in_time),
        ):
            exec(compile(setup, f"<{SETUP}>", "exec"), names)
            exec(compile(cell.source, f"<{cell.name}>", "exec"), names)
    except CheckFailed as error:
        return Result(cell.name, 0.0, cell.points, FAILED, str(error))
    except ForkServerLost:
        raise
    except TooLong as error:
        return Result(cell.name, 0.0, cell.points, UNCLEAR, str(error))
    except Exception as error:  # noqa: BLE001  an answer of an unforeseen form may trip a check anywhere
        lines = [step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == f"<{cell.name}>"]
        message = f"the check does not understand the answer ({type(error).__name__}: {error}; its line {lines[:1]})"
        return Result(cell.name, 0.0, cell.points, UNCLEAR, cut(message))
    return Result(cell.name, cell.points, cell.points, PASSED)


def _run_cell(cell: Cell, session: Session) -> Ran:
    try:
        raised = session.run(cell.source)
    except NoAnswer as error:
        return Ran(cell.name, cell.source, "", f"gave no answer: {error.came}")
    return Ran(cell.name, cell.source, session.output, cut(f"raised {raised}") if raised else "")
