"""The graded notebook that an instructor opens in nbgrader's formgrader: given cells, the learner's answers, messages.

It shows a learner's text and outputs to the instructor's browser, so nothing of theirs gets there as HTML.
"""

import base64
import contextlib
import copy
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from classroom.judging.judge import FAILED, UNCLEAR, Judgement, Ran
from classroom.notebook.cells import Cell, identify
from classroom.terminal import printable

_LONGEST = 20_000  # characters of a cell; formgrader's Markdown and colours take more than linear time
_MOST_EXTRA = 500  # cells
_MOST_EXTRA_CHARACTERS = 500_000  # of all of them
_BEGIN, _END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
# Where Markdown would go on with the target of a link or picture, and addresses of which it makes links by itself.
_LINK = re.compile(r"\](?=\s*[\(\[:])|https?(?=://)", re.IGNORECASE)
_ATTACHMENT = re.compile(r"\(attachment:([\w.-]+)\)")
_FORMULAS = (r"\href", r"\require", r"\class", r"\style", r"\cssId", r"\mmlToken", r"\bbox")  # links, styles, loading
_PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}  # and how their files begin
_PICTURE_NAME = re.compile(r"[\w.-]{1,100}")
_MOST_PICTURE_BYTES = 4 * 2**20  # in base64, of one cell
_NOTHING = "\u200b"  # a character without width
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
        answer = answers.get(known.name)
        if known.kind in ("solution", "written"):
            cell |= _shown(answer or replace(known, source=f"# {_MISSING}" if known.is_code else f"({_MISSING})"))
        else:
            cell["source"] = without_hidden(known.source) if known.kind == "test" else known.source
        if known.is_code:
            cell["execution_count"] = None
            result = results.get(known.name)
            cell["outputs"] = _outputs(_take(ran, known.name, (answer or known).source))
            if result and result.status in (FAILED, UNCLEAR):
                cell["outputs"] = [_error("CheckFailed", result.message)]
        cells.append(cell)
        cells += [_extra(cell, ran, f"{place}-{number}") for number, cell in enumerate(extras[place])]
    return notebook | {"cells": cells, "nbformat": 4, "nbformat_minor": 5}


def harmless(markdown: str, pictures: Collection[str] = ()) -> str:
    """Markdown that loads nothing, runs nothing and leads nowhere: without HTML, links, and formulas that are links.

    A link stands there as it was written, address and all: an instructor's browser holds the rights to every grade,
    so nothing that a learner wrote may be one click away, and no picture tells them that it was seen.

    Args:
        markdown: the learner's.
        pictures: names of attachments that are carried along; pictures of these are shown.
    """
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", markdown)
    for command in _FORMULAS:
        text = text.replace(command, r"\text")
    parts, start = [], 0
    for found in _LINK.finditer(text):
        shown = _ATTACHMENT.match(text, found.end())
        if not (shown and shown[1] in pictures):
            parts += [text[start : found.end()], _NOTHING]
            start = found.end()
    return "".join([*parts, text[start:]])


def without_hidden(source: str) -> str:
    """A check's visible part."""
    kept, hidden = [], False
    for line in source.splitlines(keepends=True):
        hidden = hidden or _BEGIN in line
        if not hidden:
            kept.append(line)
        hidden = hidden and _END not in line
    return "".join(kept)


def attached(given: Any) -> dict[str, dict[str, str]]:
    """The pictures pasted into a text cell, as far as a browser may see them: PNG and JPEG, of a bounded size."""
    found: dict[str, dict[str, str]] = {}
    left = _MOST_PICTURE_BYTES
    for name, bundle in given.items() if isinstance(given, dict) else ():
        for kind, start in _PICTURES.items():
            data = bundle.get(kind) if isinstance(bundle, dict) else None
            data = "".join(data) if isinstance(data, list) and all(isinstance(part, str) for part in data) else data
            if not isinstance(data, str) or len(data) > left or not _PICTURE_NAME.fullmatch(name):
                continue
            with contextlib.suppress(ValueError):
                if base64.b64decode(data.replace("\n", ""), validate=True).startswith(start):
                    found[name] = {kind: data}
                    left -= len(data)
                    break
    return found


def _shown(cell: Cell) -> dict[str, Any]:
    """What a graded notebook has of a learner's cell."""
    if cell.is_code:
        return {"source": cell.source[:_LONGEST]}
    pictures = attached(cell.attachments)
    return {"source": harmless(cell.source[:_LONGEST], pictures), "attachments": pictures}


def _sort(master: list[Cell], submission: list[Cell]) -> tuple[dict[str, Cell], dict[int, list[Cell]]]:
    """The answers by name, and all other cells of the learner's by the place of the master's cell before them."""
    places = {cell.name: place for place, cell in enumerate(master) if cell.name}
    ids = {cell.cell_id: place for place, cell in enumerate(master) if cell.cell_id}
    answers: dict[str, Cell] = {}
    extras: dict[int, list[Cell]] = defaultdict(list)
    here, cells, characters = -1, _MOST_EXTRA, _MOST_EXTRA_CHARACTERS
    for cell in identify(master, submission):
        extra: Cell | None = None
        if cell.name:
            here = places[cell.name]
            if master[here].kind in ("solution", "written"):
                extra = answers.get(cell.name)  # of two, the last counts
                answers[cell.name] = replace(cell, is_code=master[here].is_code)
        elif cell.cell_id in ids and master[ids[cell.cell_id]].source == cell.source:
            here = ids[cell.cell_id]
        else:
            extra = cell
        if extra and extra.source.strip() and cells and len(extra.source) <= characters:
            extras[here].append(replace(extra, name=""))
            cells -= 1
            characters -= len(extra.source)
    return answers, extras


def _extra(cell: Cell, ran: list[Ran], number: int | str) -> dict[str, Any]:
    name = f"extra-{number}"
    if not cell.is_code:
        return _text_cell(name, "") | _shown(cell)
    outputs = _outputs(_take(ran, "", cell.source))
    return _cell("code", name, "") | _shown(cell) | {"execution_count": None, "outputs": outputs}


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


def _error(name: str, message: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [message]}


def _list(notes: list[str]) -> str:
    lines = "\n".join("    " + line for note in notes for line in note.splitlines())  # a code block: nothing is HTML
    return f"**The grader's notes**\n\n{lines}"


def _text_cell(name: str, source: str) -> dict[str, Any]:
    return _cell("markdown", name, source)


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source}
