"""What the checks of an assignment found, as a learner reads it: what passed, what did not, and what to do next."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from classroom.judging.judge import PASSED, Result
from classroom.notebook.cells import Cell
from compresslab.errors import InputError
from compresslab.quiz import Page

_WIDTH = 76
_TO_DO = {  # from what a message says to what is left to do, before anything can be right or wrong
    "the function isn't written yet": "to write",  # `failures.LearnerError`
    "run the cell that defines it": "to run",  # `handler.RequestHandler`
}


@dataclass(frozen=True)
class Answer:
    """An answer of the notebook, and the checks that follow it.

    Attributes:
        cell: the name of its cell.
        names: the functions and classes that it defines.
        checks: the cells that check it.
    """

    cell: str
    names: tuple[str, ...]
    checks: tuple[Cell, ...]

    @property
    def title(self) -> str:
        """What to call it."""
        return ", ".join(self.names) or self.cell


def answers(cells: Sequence[Cell]) -> list[Answer]:
    """The answers of a notebook, each with the checks between it and the next."""
    found: list[Answer] = []
    for cell in cells:
        if cell.kind == "solution":
            found.append(Answer(cell.name, _defined(cell.source), ()))
        elif cell.kind == "test" and found:
            last = found[-1]
            found[-1] = Answer(last.cell, last.names, (*last.checks, cell))
    return [answer for answer in found if answer.checks]


def chosen(all_answers: Sequence[Answer], name: str) -> list[str]:
    """The names of the checks that a learner asks for.

    Args:
        all_answers: of the notebook.
        name: of a function, of its cell, or of a single check.

    Raises:
        InputError: there is none of that name.
    """
    for answer in all_answers:
        if name in (*answer.names, answer.cell):
            return [check.name for check in answer.checks]
        if name in (check.name for check in answer.checks):
            return [name]
    known = ", ".join(answer.title for answer in all_answers)
    raise InputError(f"nothing here is called {name!r}: choose from {known}.")


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        name: of the assignment.
        answers: that were checked.
        results: of their checks, by name.
        notes: what was odd: cells that raised.
        by_hand: points that a person gives.
    """

    name: str
    answers: Sequence[Answer]
    results: dict[str, Result]
    notes: Sequence[str] = ()
    by_hand: float = 0.0

    @property
    def points(self) -> float:
        """Of the checks that passed."""
        return sum(result.points for result in self.results.values())

    @property
    def possible(self) -> float:
        """Of all that were run."""
        return sum(result.max_points for result in self.results.values())

    @property
    def score(self) -> str:
        """The points in a sentence."""
        return f"{self.points:g} of {_points(self.possible)} of the visible checks."

    @property
    def next_step(self) -> str:
        """What to do now."""
        for answer in self.answers:
            lost = self._lost(answer)
            if lost and not _to_do(lost):
                return f"Next: {answer.title}, at the check {lost[0].name}."
        if self.points < self.possible:
            left = next(answer for answer in self.answers if self._lost(answer))
            return f"Next: {_to_do(self._lost(left)).removeprefix('to ')} the cell of {left.title}."
        written = f" Have you explained your number? It is worth {_points(self.by_hand)}." if self.by_hand else ""
        return f"All visible checks pass. Read each docstring once more: hidden checks try its limits.{written}"

    @property
    def handing_in(self) -> str:
        """How to hand in, and how to go on alone."""
        return (
            f"Done? Save the notebook. In a class, hand in this file, {self.name}.ipynb, the way that you were told. "
            f"On your own, run `python -m classroom judge {self.name}` in a terminal: it adds the hidden checks. "
            f"Open solutions/{self.name} when they pass, or when half an hour on one check has brought nothing new."
        )

    def lines(self) -> list[str]:
        """For a terminal."""
        shown = [f"note    {note}" for note in self.notes]
        for answer in self.answers:
            lost = self._lost(answer)
            if len(lost) == len(answer.checks) and (left := _to_do(lost)):
                points = _points(sum(result.max_points for result in lost))
                shown.append(_line(left, answer.title, f"{len(lost)} checks, {points}"))
                continue
            for result in self._results(answer):
                shown.append(_line(result.status, result.name, _points(result.max_points)))
                shown += [f"         {line}" for line in result.message.splitlines()]
        return [*shown, self.score, self.next_step]

    def page(self) -> Page:
        """For a notebook."""
        cell = "style='text-align: left; padding: 4px 16px 4px 0; vertical-align: top'"
        rows = "".join(
            f"<tr><td {cell}><code>{escape(answer.title)}</code></td>"
            + "".join(f"<td {cell}>{part}</td>" for part in self._row(answer))
            + "</tr>"
            for answer in self.answers
        )
        head = "".join(f"<th {cell} scope='col'>{name}</th>" for name in ("answer", "state", "points", "first message"))
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return Page(
            f"{notes}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p><b>{escape(self.score)}</b> {escape(self.next_step)}</p><p>{_in_html(self.handing_in)}</p>",
            "\n".join([*self.lines(), self.handing_in]),
        )

    def _row(self, answer: Answer) -> tuple[str, str, str]:
        results, lost = self._results(answer), self._lost(answer)
        points = sum(result.points for result in results)
        possible = sum(result.max_points for result in results)
        message = ""
        if not lost:
            state = "✓ passed"
        elif len(lost) == len(results) and (left := _to_do(lost)):
            state = f"… {left}"
        else:
            state = f"✗ {len(lost)} of {len(results)} checks failed"
            told = f"{lost[0].name}\n{lost[0].message}"
            message = f"<div style='white-space: pre-wrap; overflow-wrap: anywhere'>{escape(told)}</div>"
        return f"<span style='white-space: nowrap'>{state}</span>", f"{points:g} of {possible:g}", message

    def _results(self, answer: Answer) -> list[Result]:
        return [self.results[check.name] for check in answer.checks if check.name in self.results]

    def _lost(self, answer: Answer) -> list[Result]:
        return [result for result in self._results(answer) if result.status != PASSED]


def _in_html(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _defined(source: str) -> tuple[str, ...]:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return ()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return tuple(part.name for part in body if isinstance(part, kinds) and not part.name.startswith("_"))


def _to_do(lost: Sequence[Result]) -> str:
    """What all of these checks wait for; "" if one of them was tried."""
    for said, left in _TO_DO.items():
        if lost and all(said in result.message for result in lost):
            return left
    return ""


def _points(points: float) -> str:
    return f"{points:g} point{'s' * (points != 1)}"


def _line(status: str, name: str, points: str) -> str:
    return f"{status:<9}{name:<40}{points:>{_WIDTH - 49}}".rstrip()
