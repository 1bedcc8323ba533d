"""The graded notebook that an instructor opens in nbgrader's formgrader: given cells, the learner's answers, messages.

It shows a learner's text and outputs to the instructor's browser, so nothing of theirs gets there as HTML.
"""

import copy
import re
from collections import defaultdict
from typing import Any

from classroom.judging.judge import FAILED, UNCLEAR, Judgement, Ran
from classroom.notebook.cells import Cell, identify

_LONGEST = 100_000  # characters of a cell
_MOST_EXTRA = 500  # cells
_HIDDEN = re.compile(r"^[^\n]*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS[^\n]*\n?", re.DOTALL | re.MULTILINE)
_MISSING = "this cell was missing from what was handed in"


def build(notebook: dict[str, Any], master: list[Cell], submission: list[Cell], judgement: Judgement) -> dict[str, Any]:
    """Make the graded notebook.

    Args:
        notebook: the source notebook as JSON: its cells come in its order.
        master: its cells, as `rebuild` reads them.
        submission: the learner's cells.
        judgement: of them.

    Returns:
        A notebook as JSON. A check's message is its output. Hidden checks are left out, so that not even nbgrader's
        own feedback would show them.
    """
    answers, extras = _sort(master, submission)
    ran = list(judgement.ran)
    results = {result.name: result for result in judgement.results}
    cells = [_text_cell("grader-notes", _list(judgement.notes))] if judgement.notes else []
    cells += [_extra(cell, ran, number) for number, cell in enumerate(extras[-1])]
    for place, (model, known) in enumerate(zip(notebook["cells"], master, strict=True)):
        cell = copy.deepcopy(model)
        cell["id"] = known.cell_id or f"given-{place}"
        cell.pop("attachments", None)
        source = known.source
        if known.kind in ("solution", "written"):
            source = answers.get(known.name, f"# {_MISSING}" if known.is_code else f"({_MISSING})")
            source = source[:_LONGEST] if known.is_code else harmless(source[:_LONGEST])
        cell["source"] = without_hidden(source) if known.kind == "test" else source
        if known.is_code:
            cell["execution_count"] = None
            result = results.get(known.name)
            cell["outputs"] = _outputs(_take(ran, known.name, answers.get(known.name, known.source)))
            if result and result.status in (FAILED, UNCLEAR):
                cell["outputs"] = [_error("CheckFailed", result.message)]
        cells.append(cell)
        cells += [_extra(cell, ran, f"{place}-{number}") for number, cell in enumerate(extras[place])]
    return notebook | {"cells": cells, "nbformat": 4, "nbformat_minor": 5}


def harmless(markdown: str) -> str:
    """Markdown without HTML, and without formulas that are links."""
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", markdown).replace("\\href", "\\text").replace("\\require", "\\text")


def without_hidden(source: str) -> str:
    """A check's visible part."""
    return _HIDDEN.sub("", source)


def _sort(master: list[Cell], submission: list[Cell]) -> tuple[dict[str, str], dict[int, list[Cell]]]:
    """The answers by name, and all other cells of the learner's by the place of the master's cell before them."""
    places = {cell.name: place for place, cell in enumerate(master) if cell.name}
    ids = {cell.cell_id: place for place, cell in enumerate(master) if cell.cell_id}
    answers: dict[str, str] = {}
    extras: dict[int, list[Cell]] = defaultdict(list)
    here = -1
    for cell in identify(master, submission):
        if cell.name:
            here = places[cell.name]
            if master[here].kind in ("solution", "written"):
                if cell.name in answers:
                    extras[here].append(Cell("", "extra", answers[cell.name], is_code=master[here].is_code))
                answers[cell.name] = cell.source
        elif cell.cell_id in ids and master[ids[cell.cell_id]].source == cell.source:
            here = ids[cell.cell_id]
        elif cell.source.strip() and sum(map(len, extras.values())) < _MOST_EXTRA:
            extras[here].append(cell)
    return answers, extras


def _extra(cell: Cell, ran: list[Ran], number: int | str) -> dict[str, Any]:
    name = f"extra-{number}"
    if not cell.is_code:
        return _text_cell(name, harmless(cell.source[:_LONGEST]))
    outputs = _outputs(_take(ran, "", cell.source))
    source = cell.source[:_LONGEST]
    return _cell("code", name, source) | {"execution_count": None, "outputs": outputs}


def _take(ran: list[Ran], name: str, source: str) -> Ran | None:
    for one in ran:
        if one.source == source and name in (one.name, ""):
            ran.remove(one)
            return one
    return None


def _outputs(one: Ran | None) -> list[dict[str, Any]]:
    if one is None:
        return []
    printed = printable(one.output)
    outputs = [{"output_type": "stream", "name": "stdout", "text": printed}] if printed else []
    return outputs + ([_error("Problem", one.problem)] if one.problem else [])


def printable(output: str) -> str:
    """Output without what steers a terminal; of a progress bar, its last state."""
    output = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", output)
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in output.split("\n")]
    return "\n".join("".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line) for line in lines)


def _error(name: str, message: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [message]}


def _list(notes: list[str]) -> str:
    lines = "\n".join("    " + line for note in notes for line in note.splitlines())  # a code block: nothing is HTML
    return f"**The grader's notes**\n\n{lines}"


def _text_cell(name: str, source: str) -> dict[str, Any]:
    return _cell("markdown", name, source)


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source}
