"""What has been judged, kept on disk at once: a small file for each submission, and one for a run of the class."""

import hashlib
import json
import platform
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from classroom.judging.provenance import code_that_judges
from classroom.limits import Limits
from classroom.notebook.cells import parse
from compresslab.files import write_json

_PACKAGES = ("torch", "numpy", "nbgrader")
T = TypeVar("T")


class Records:
    """The records of one assignment.

    Args:
        folder: where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run = folder / "run.json"

    def of(self, learner: str) -> dict[str, Any]:
        """A learner's last record: "key", "seed", "outcome", "recorded"; empty if there is none."""
        return _read(self._path(learner))

    def keep(self, learner: str, record: Mapping[str, Any]) -> None:
        """Write a learner's record; it is whole or absent whatever happens."""
        write_json(self._path(learner), record)

    def seed(self) -> int:
        """The secret seed of the run that goes on, or of a new one."""
        return self._secret("seed", int, lambda: secrets.randbits(48))

    def names_key(self) -> str:
        """A secret for pseudonyms alone: whoever guesses it from a page of names has not guessed the seed."""
        return self._secret("names", str, lambda: secrets.token_hex(16))

    def finish(self) -> None:
        """End the run: the next one draws a new seed, since feedback has shown what this one's trials were like."""
        self._run.unlink(missing_ok=True)

    def _secret(self, name: str, kind: type[T], draw: Callable[[], T]) -> T:
        """What the run's file holds under a name; drawn, and written there, if it isn't yet."""
        kept = _read(self._run)
        found = kept.get(name)
        if not isinstance(found, kind):
            found = draw()
            write_json(self._run, kept | {name: found})
        return found

    def _path(self, learner: str) -> Path:
        return self._folder / "learners" / f"{learner}.json"


def basis(master: bytes, limits: Limits, sandboxed: bool) -> dict[str, Any]:
    """What every judgement of a run depends on besides the submission and its seed.

    It reads all code that judges, so a run asks once: that is what its processes have imported, too.

    Returns:
        "given" (the source notebook's other cells), "checks" by name, "setting".
    """
    cells = parse(master, "the source notebook")
    given = [[cell.name, cell.kind, cell.source, cell.points, cell.cell_id] for cell in cells if cell.kind != "test"]
    checks = {cell.name: _digest([cell.source, cell.points]) for cell in cells if cell.kind == "test"}
    versions = {package: version(package) for package in _PACKAGES} | {"python": platform.python_version()}
    code = code_that_judges(cell.source for cell in cells if cell.is_code)
    setting = _digest([versions, asdict(limits), sandboxed, code])
    return {"given": _digest(given), "checks": checks, "setting": setting}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
