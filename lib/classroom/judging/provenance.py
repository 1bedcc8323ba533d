"""What a verdict depends on besides the submission: the code that judges, as a digest.

That is the grader's own modules, and of `compresslab` those that they and the notebook import. Where one of them
changes, verdicts are made anew.
"""

import ast
import hashlib
import json
import platform
from collections.abc import Iterable
from pathlib import Path

_LIBRARY = Path(__file__).parents[2]
_GRADER = ("limits.py", "terminal.py", "exchange", "notebook", "checks", "sandbox", "judging")


def digest(*parts: object) -> str:
    """A short name of the content of some parts.

    >>> digest("a", "b") == digest("ab")
    False
    """
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:16]


def code_that_judges(sources: Iterable[str], *, also: Iterable[str] = (), library: Path = _LIBRARY) -> str:
    """A digest of the code that judges, and of the version of Python.

    Args:
        sources: Python text of the assignment, whose imports of `compresslab` count with all that they import.
        also: further packages of the grader.
        library: the folder with `classroom` and `compresslab`.
    """
    paths: set[Path] = set()
    for part in (*_GRADER, *also):
        place = library / "classroom" / part
        paths |= {place} if place.is_file() else set(place.glob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths)]
    paths |= reached([*texts, *sources], library)
    contents = [(path.relative_to(library).as_posix(), path.read_bytes()) for path in sorted(paths)]
    return digest(platform.python_version_tuple()[:2], contents)


def reached(sources: Iterable[str], library: Path = _LIBRARY) -> set[Path]:
    """The files of `compresslab` that some Python text imports, and those that these import, and so on."""
    found: set[Path] = set()
    waiting = list(sources)
    while waiting:
        new = {path for name in _imported(waiting.pop()) for path in _files(library, name)} - found
        found |= new
        waiting += [path.read_text(encoding="utf-8") for path in sorted(new)]
    return found


def _imported(source: str) -> set[str]:
    try:
        parts = list(ast.walk(ast.parse(source)))
    except SyntaxError:  # a cell in IPython's own syntax: it imports nothing of ours
        return set()
    names = {alias.name for part in parts if isinstance(part, ast.Import) for alias in part.names}
    for part in parts:
        if isinstance(part, ast.ImportFrom) and part.module:
            names |= {part.module} | {f"{part.module}.{alias.name}" for alias in part.names}
    return {name for name in names if name.split(".")[0] == "compresslab"}


def _files(library: Path, name: str) -> list[Path]:
    """A module's file, and those of the packages that it lies in: they are run by its import."""
    parts = name.split(".")
    places = [library.joinpath(*parts[:count]) for count in range(1, len(parts) + 1)]
    files = [file for place in places for file in (place / "__init__.py", place.with_suffix(".py"))]
    return [file for file in files if file.is_file()]
