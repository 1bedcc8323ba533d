"""Tries an assignment's checks: its solution, its release, and answers that are known to be wrong or right."""

import ast
import contextlib
import io
import linecache
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from IPython.core.inputtransformer2 import TransformerManager

from classroom.authoring.mutants import Mutant
from classroom.exchange.failures import Raised
from classroom.exchange.handler import CallBack, RequestHandler
from classroom.exchange.surroundings import restored
from classroom.judging.judge import PASSED, SETUP, UNCLEAR, Judgement, Result, judge, run_check
from classroom.notebook.cells import Cell
from classroom.sandbox.fork_server import ForkServer, Limits, Session
from compresslab.errors import InputError

QUICK = Limits(cell_seconds=20.0, call_seconds=5.0)


@dataclass(frozen=True)
class Answer:
    """Functions (classes, constants) that take the place of the solution's, by name.

    Attributes:
        name: the file's.
        source: Python; what replaces nothing is put in front of what does.
        loses: the checks that own the mistake, from the docstring's line `loses: check_a, check_b`; none for a right
            answer.
        says: part of the message that names it, from the docstring's line `says: ...`.
    """

    name: str
    source: str
    loses: tuple[str, ...] = ()
    says: str = ""


def read_answer(path: Path) -> Answer:
    """Read an answer of `tests/grader/wrong_answers` or `right_answers`."""
    source = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""
    lines = dict(re.findall(r"^(loses|says): (.+)$", docstring, re.MULTILINE))
    loses = tuple(name.strip() for name in lines.get("loses", "").split(",") if name.strip())
    return Answer(path.stem, source, loses, lines.get("says", "").strip())


def submission(master: list[Cell], answer: Answer) -> list[Cell]:
    """The solution with an answer in its place.

    Raises:
        InputError: the solution defines none of the answer's names.
    """
    defined = {_name(part) for cell in master if cell.kind == "solution" for part in ast.parse(cell.source).body} - {""}
    parts = ast.parse(answer.source).body
    mine = {_name(part): _text(part, answer.source) for part in parts if _name(part) in defined}
    if not mine:
        raise InputError(f"{answer.name} replaces nothing: the solution defines {', '.join(sorted(defined))}.")
    rest = [part for part in parts if _name(part) not in defined and not isinstance(part, ast.Expr)]
    others = [_text(part, answer.source) for part in rest]
    cells = []
    for cell in master:
        source = _replaced(cell.source, mine) if cell.kind == "solution" else cell.source
        if source != cell.source:
            source, others = "\n".join([*others, source]), []
        cells.append(replace(cell, source=source))
    return cells


def both_verdicts(
    master: list[Cell], submitted: list[Cell], fork_server: ForkServer, seed: int
) -> tuple[Judgement, Judgement]:
    """Judge a submission as in a learner's kernel, and from another process."""
    with restored():
        here = judge(master, submitted, InProcess(seed), seed=seed)
    with Session(fork_server, QUICK, seed) as session:
        return here, judge(master, submitted, session, seed=seed)


def try_mutant(
    master: list[Cell], mutant: Mutant, fork_server: ForkServer, seed: int, first: str = ""
) -> Result | None:
    """Judge a mutant of the solution, by the checks that follow the changed cell.

    Args:
        master: the source notebook.
        mutant: of its solution.
        fork_server: where it runs: a mutant may loop or exit.
        seed: of the trials.
        first: the check to try before the others: most mutants die by the one that killed them last.

    Returns:
        The first check that it fails; None if it survives.
    """
    checks = [cell for place, cell in enumerate(master) if cell.kind != "test" or place > mutant.place]
    for only in ([first], []) if any(cell.name == first for cell in checks if cell.kind == "test") else ([],):
        with Session(fork_server, QUICK, seed) as session:
            judgement = judge(checks, mutant.cells, session, seed=seed, thorough=False, only=only)
        if judgement.lost:
            return next(iter(judgement.lost.values()))
    return None


def problems(answer: Answer, lost: Mapping[str, Result]) -> list[str]:
    """What is wrong with the checks, if anything, given what an answer lost."""
    found = [f"{name} stumbles: {result.message}" for name, result in lost.items() if result.status == UNCLEAR]
    if not answer.loses:
        return found + [f"{name} is lost by a right answer: {result.message}" for name, result in lost.items()]
    found += [f"{name} is not lost" for name in answer.loses if name not in lost]
    messages = [lost[name].message for name in answer.loses if name in lost]
    if answer.says not in "\n".join(messages):
        found.append(f"no message says {answer.says!r}, but: {' | '.join(messages)}")
    return found


def luck(answer: Answer, lost: Mapping[str, Result]) -> list[str]:
    """What further trials changed: a wrong answer that got past its check, or a right one that failed."""
    passed = [f"{name} is passed" for name in answer.loses if name not in lost]
    failed = [f"{name} is {result.status}" for name, result in lost.items() if not answer.loses]
    return passed + failed + [f"{name} is {UNCLEAR}" for name, result in lost.items() if result.status == UNCLEAR]


def try_checks(master: list[Cell], answer: Answer, seeds: Iterable[int]) -> Iterator[tuple[int, dict[str, Result]]]:
    """Judge an answer in this process by the checks that own its mistake; a right one by all.

    Args:
        master: the source notebook.
        answer: to try; it must be harmless.
        seeds: of the trials.

    Yields:
        Each seed, and the results that were not passed, by check.
    """
    setup = "\n".join(cell.source for cell in master if cell.name == SETUP)
    checks = [cell for cell in master if cell.kind == "test" and (not answer.loses or cell.name in answer.loses)]
    submitted = submission(master, answer)
    last = max(place for place, cell in enumerate(submitted) if cell.kind == "test")
    session = InProcess(0)
    with restored():  # an answer that changes a setting also does so in the cells that only use it
        for cell in submitted[:last]:  # what follows decides nothing, and measures or trains for seconds
            if cell.kind != "test":
                session.run(cell.source)
        for seed in seeds:
            results = [run_check(check, setup, session.ask, seed) for check in checks]
            yield seed, {result.name: result for result in results if result.status != PASSED}


class InProcess:
    """A notebook whose cells run in this process, as in a learner's kernel: for code that is known to be harmless.

    Args:
        seed: of torch's random numbers in it.

    Attributes:
        output: none: what its cells print is dropped.
    """

    def __init__(self, seed: int) -> None:
        self.output = ""
        torch.manual_seed(seed)
        self._namespace: dict[str, Any] = {"__name__": "__main__"}
        self._handler = RequestHandler(self._namespace)
        self._count = 0

    def run(self, source: str) -> Raised | None:
        """Run a cell; what it raised, or None."""
        self._count += 1
        name = f"<cell {self._count}>"
        source = TransformerManager().transform_cell(source)
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
                exec(compile(source, name, "exec"), self._namespace)
        except Exception as error:  # noqa: BLE001  a notebook goes on after a cell that raised
            return Raised.read(self._handler.explain(error))
        return None

    def ask(self, request: bytes, call_back: CallBack) -> bytes:
        """Answer a request of `calls.Learner`."""
        with contextlib.redirect_stdout(io.StringIO()):
            return self._handler.answer(request, call_back)


def _name(part: ast.stmt) -> str:
    match part:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def _span(part: ast.stmt) -> tuple[int, int]:
    """The lines of a statement, its decorators included: the index of the first, and the one after the last."""
    decorators = getattr(part, "decorator_list", [])
    return min(each.lineno for each in [part, *decorators]) - 1, part.end_lineno or part.lineno


def _text(part: ast.stmt, source: str) -> str:
    first, end = _span(part)
    return "\n".join(source.splitlines()[first:end])


def _replaced(source: str, mine: dict[str, str]) -> str:
    lines = source.splitlines()
    for part in reversed(ast.parse(source).body):
        if _name(part) in mine:
            first, end = _span(part)
            lines[first:end] = mine[_name(part)].splitlines()
    return "\n".join(lines)
