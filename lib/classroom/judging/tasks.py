"""Judges one submission after the other in a process of its own, from plain data to plain data.

This is what runs in parallel: in a pool's processes, and on the machines of a Ray cluster.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from classroom.exchange.failures import ForkServerLost, cut
from classroom.judging import autograded
from classroom.judging.judge import FAILED, Judgement, Result, judge
from classroom.limits import Limits
from classroom.notebook.cells import Cell, parse
from classroom.sandbox.fork_server import ForkServer, Session
from compresslab.errors import InputError

_ATTEMPTS = 2
_MOST_NOTES = 30
_fork_server: ForkServer | None = None
_made_for: tuple[object, ...] = ()  # the settings that it was started with


@dataclass(frozen=True)
class Task:
    """One submission to judge.

    Attributes:
        learner: whose it is.
        content: the notebook that was handed in.
        problem: why there is none; "" otherwise.
        notes: what was odd about the folder.
        master: the source notebook.
        seed: of the trials.
        limits: of the learner's code.
        sandboxed: whether it is locked up.
        hidden: folders that it must not see.
        only: the check to run; all if "".
        handed_in: when; the late policy goes by what was judged, not by what came meanwhile.
    """

    learner: str
    content: bytes
    problem: str
    notes: list[str]
    master: bytes
    seed: int
    limits: Limits
    sandboxed: bool
    hidden: list[str]
    only: str = ""
    handed_in: datetime | None = None


def judge_task(task: Task) -> dict[str, Any]:
    """Judge a submission.

    Returns:
        As JSON can hold it: "results" of the graded cells, "notes", "problem" if it could not be judged, "starved" if
        its code ran out of time while it hardly got to compute, and the graded "notebook".

    Raises:
        InputError: this machine has no sandbox.
    """
    if task.problem:
        return _outcome(task, [], task.problem)
    try:
        submission = parse(task.content, "what was handed in")
    except InputError as error:
        return _outcome(task, [], str(error).rstrip("."))
    try:
        return _outcome(task, submission)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001  one strange submission must not end the run of a class
        return _outcome(task, [], cut(f"the judge failed over it: {type(error).__name__}: {error}"))


def not_judged(task: Task, problem: str) -> dict[str, Any]:
    """What `judge_task` gives for a submission that it must not even try to read."""
    return judge_task(replace(task, problem=problem))


def _outcome(task: Task, submission: list[Cell], problem: str = "") -> dict[str, Any]:
    master = parse(task.master, "the source notebook")
    judgement = _not_judged(master, problem, task.seed) if problem else _judge(task, master, submission)
    judgement.notes[:] = _few([*task.notes, *judgement.notes])
    return {
        "results": [asdict(result) for result in judgement.results],
        "notes": judgement.notes,
        "problem": problem,
        "starved": judgement.starved,
        "notebook": autograded.build(json.loads(task.master), master, submission, judgement),
    }


def _few(notes: list[str]) -> list[str]:
    """As many as a person reads: a notebook of thousands of cells that raise has one for each."""
    left_out = len(notes) - _MOST_NOTES
    return [cut(note, 500) for note in notes[:_MOST_NOTES]] + ([f"and {left_out} more notes"] if left_out > 0 else [])


def close() -> None:
    """End the process that starts learners' processes."""
    global _fork_server
    if _fork_server:
        _fork_server.close()
    _fork_server = None


def modules_of(master: list[Cell]) -> list[str]:
    """The modules that a source notebook imports: to be imported before learners' processes are forked."""
    import ast

    found: dict[str, None] = {}
    for cell in master:
        if not cell.is_code:
            continue
        try:
            parts = list(ast.walk(ast.parse(cell.source)))
        except SyntaxError:  # IPython's own syntax
            continue
        for part in parts:
            if isinstance(part, ast.Import):
                found |= dict.fromkeys(alias.name for alias in part.names)
            elif isinstance(part, ast.ImportFrom) and part.module:
                found[part.module] = None
    return list(found)


def _judge(task: Task, master: list[Cell], submission: list[Cell]) -> Judgement:
    global _fork_server, _made_for
    modules = modules_of(master)
    wanted = (task.sandboxed, tuple(task.hidden), tuple(modules))
    if wanted != _made_for:
        close()
    for _ in range(_ATTEMPTS):
        if _fork_server is None:
            hidden = [Path(folder) for folder in task.hidden]
            _fork_server = ForkServer(sandboxed=task.sandboxed, hidden=hidden, modules=modules)
            _made_for = wanted
        try:
            with Session(_fork_server, task.limits, task.seed) as session:
                judgement = judge(
                    master,
                    submission,
                    session,
                    seed=task.seed,
                    only=[task.only] if task.only else (),
                    limits=task.limits,
                )
                return replace(judgement, starved=session.starved)
        except ForkServerLost:
            close()
    return _not_judged(master, "the sandbox broke down twice while this was judged", task.seed)


def _not_judged(master: list[Cell], problem: str, seed: int) -> Judgement:
    message = f"Not judged: {problem}."
    checks = [cell for cell in master if cell.kind == "test"]
    written = [cell for cell in master if cell.kind == "written"]
    results = [Result(cell.name, 0.0, cell.points, FAILED, message) for cell in checks]
    results += [Result(cell.name, 0.0, cell.points, "by hand") for cell in written]
    return Judgement(results, [message], seed)
