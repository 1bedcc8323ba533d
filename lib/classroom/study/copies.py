"""A learner's copies of chapters and exercises in `work/`, which git ignores: an update never meets an answer."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from classroom.study.places import WORK
from compresslab.errors import InputError
from compresslab.files import atomic_write

_GIVEN = ".given.json"  # in work/: what each copy was when it was made, to know whether it has been touched since
_FOLDERS = ("course", "exercises")
_SUFFIXES = {".ipynb", ".png", ".svg"}


@dataclass
class Copies:
    """What was done, by paths below `work/`.

    Attributes:
        made: copied for the first time.
        renewed: copied again, since the course's had changed and the learner's had not.
        kept: the learner's, which has changed, as has the course's: it stays as it is.
    """

    made: list[Path] = field(default_factory=list)
    renewed: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)


def hand_out(root: Path) -> Copies:
    """Copy the chapters and exercises that aren't in `work/` yet, and those that the learner hasn't touched.

    A copy that was run or written in is never replaced: to get the newer one, rename or delete it.

    Args:
        root: of the course, with its folders `course` and `exercises`.

    Raises:
        InputError: `work/` can't be written.
    """
    work = root / WORK
    given = _read(work / _GIVEN)
    found = Copies()
    for source, name in _notebooks(root):
        content = source.read_bytes()
        digest = _digest(content)
        before = given.get(name.as_posix())
        target = work / name
        now = _digest(target.read_bytes()) if target.exists() else ""
        if not now:
            _write(target, content)
            found.made.append(name)
        elif digest == before:
            continue
        elif now == before:
            _write(target, content)
            found.renewed.append(name)
        elif now != digest:
            found.kept.append(name)
            continue
        given[name.as_posix()] = digest
    _write(work / _GIVEN, json.dumps(given, indent=1).encode())
    return found


def _notebooks(root: Path) -> Iterator[tuple[Path, Path]]:
    for folder in _FOLDERS:
        for source in sorted((root / folder).rglob("*")):
            if source.suffix in _SUFFIXES and ".ipynb_checkpoints" not in source.parts:
                yield source, source.relative_to(root)


def _digest(content: bytes) -> str:
    """Of a notebook's cells alone: merely opened, JupyterLab saves it with more about the kernel beside them."""
    with suppress(ValueError, KeyError, TypeError):  # a picture
        content = json.dumps(json.loads(content)["cells"]).encode()
    return hashlib.sha256(content).hexdigest()


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}  # the first time; or damaged: then every copy counts as the learner's


def _write(path: Path, content: bytes) -> None:
    try:
        with atomic_write(path) as partial:
            partial.write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}.") from error
