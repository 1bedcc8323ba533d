"""A ledger of verdicts, keyed by content: what has not changed since it was judged is not judged again.

A verdict depends on the assignment's code, the answer, the trials' seeds, the versions of what is installed, and the
code that judges: the grader's own and what of `compresslab` the notebook reaches. A digest of all of it is the key (see
`judging.provenance`). Every run judges a random share of what it could take from the ledger, and any difference fails.
"""

import ast
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from classroom.notebook.cells import Cell
from compresslab.files import write_json

_WITH_DOCSTRING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)


def decisive(cells: Sequence[Cell]) -> list[list[Any]]:
    """What of a source notebook decides verdicts: its code up to the last check, without comments and docstrings.

    >>> text, check = Cell("", "locked", "# One", is_code=False), Cell("one", "test", "f()  # one", points=1.0)
    >>> decisive([text, check, Cell("", "locked", "measure()")]) == decisive([check])
    True
    """
    last = max(place for place, cell in enumerate(cells) if cell.kind == "test")
    return [
        [cell.name, cell.kind, cell.points, without_words(cell.source)] for cell in cells[: last + 1] if cell.is_code
    ]


def without_words(source: str) -> str:
    r"""A cell's code without comments and docstrings; as it is where it is in IPython's own syntax.

    >>> without_words("def f():\n    'One.'\n    return 1") == without_words("def f():  # one\n    return 1")
    True
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    for node in ast.walk(tree):
        if isinstance(node, _WITH_DOCSTRING) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.dump(tree)


class Ledger:
    """The verdicts on one repository's assignments.

    Args:
        folder: with a JSON file for each assignment.
        share: of the entries that hold, those that are judged all the same, 0 to 1.
        run: any text that is new in each run; it decides which ones.
    """

    def __init__(self, folder: Path, *, share: float = 0.05, run: str = "") -> None:
        self._folder, self._share, self._run = folder, share, run
        self._known: dict[str, dict[str, Any]] = {}
        self.fresh: dict[str, dict[str, Any]] = {}
        self.counts = {"taken": 0, "judged again": 0, "judged": 0}

    def last(self, assignment: str, entry: str) -> dict[str, Any]:
        """The last verdict on an entry, whether it still holds or not; empty if there is none."""
        return self._entries(assignment).get(entry, {}).get("verdict", {})

    def verdict(self, assignment: str, entry: str, key: str, judge: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The verdict on an entry: the one that stands here if it holds, else a new one.

        Args:
            assignment, entry: what it is about.
            key: of all that decides it.
            judge: gives it anew, as JSON can hold it. What it has under "message" is for people and not compared: a
                message may quote a number that varies.

        Raises:
            AssertionError: it was judged again, and differs from what stands here.
        """
        found = self._entries(assignment).get(entry, {})
        holds = found.get("key") == key
        again = random.Random(f"{self._run} {assignment} {entry}").random() < self._share
        if holds and not again:
            self.counts["taken"] += 1
            return found["verdict"]
        new = json.loads(json.dumps(judge()))
        self.counts["judged again" if holds else "judged"] += 1
        assert not holds or _decides(new) == _decides(found["verdict"]), (
            f"the ledger says of {assignment}, {entry}: {found['verdict']}, but judged again it is {new}"
        )
        return new

    def keep(self, assignment: str, entry: str, key: str, verdict: Any) -> None:
        """Enter a verdict that is as it should be."""
        self.fresh.setdefault(assignment, {})[entry] = {"key": key, "verdict": verdict}

    def merge(self, fresh: dict[str, dict[str, Any]]) -> None:
        """Enter what another process kept."""
        for assignment, entries in fresh.items():
            self.fresh.setdefault(assignment, {}).update(entries)

    def write(self) -> None:
        """Write what is new. Entries that were not met in this run stay: it may have been a part of the tests."""
        for assignment, entries in self.fresh.items():
            known = self._entries(assignment)
            if any(known.get(entry) != value for entry, value in entries.items()):
                write_json(self._path(assignment), dict(sorted({**known, **entries}.items())))

    def _entries(self, assignment: str) -> dict[str, Any]:
        if assignment not in self._known:
            path = self._path(assignment)
            self._known[assignment] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return self._known[assignment]

    def _path(self, assignment: str) -> Path:
        return self._folder / f"{assignment}.json"


def _decides(verdict: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in verdict.items() if name != "message"}
