"""The files that a class handed in: found by name, read with suspicion, never parsed here."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classroom.capstone import ASSIGNMENT
from classroom.cohort.submissions import BESIDE, fault_of_id
from classroom.terminal import one_line
from compresslab.errors import InputError

FILE = BESIDE[ASSIGNMENT]


@dataclass(frozen=True)
class HandedIn:
    """One learner's file.

    Attributes:
        learner: their id, the folder's name.
        name: of the file, as the learner called it.
        data: its bytes; empty where there is none to measure.
        problem: why there is none; "" if there is one.
    """

    learner: str
    name: str = ""
    data: bytes = b""
    problem: str = ""


def learners(folder: Path) -> list[str]:
    """Who has a folder there: FOLDER/LEARNER/model.onnx, or nbgrader's FOLDER/LEARNER/ch18_capstone/model.onnx.

    Raises:
        InputError: there is no such folder, or nobody's is in it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: name the one that holds a folder for each learner.")
    found = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name[0] != ".")
    if not found:
        raise InputError(f"nobody's folder is in {folder}: a learner's file belongs in {folder}/LEARNER/{FILE}.")
    return found


def read(folder: Path, learner: str, most: int) -> HandedIn:
    """A learner's file; whatever is wrong with it is said in the result.

    Args:
        folder: of the class.
        learner: their id.
        most: bytes that a file may have.
    """
    if fault := fault_of_id(learner):
        return HandedIn(learner, problem=f"a learner's id {fault}")
    try:
        path = _find(folder / learner)
        return HandedIn(learner, path.name, _ordinary(path, most))
    except InputError as error:
        return HandedIn(learner, problem=str(error))
    except OSError as error:
        return HandedIn(learner, problem=f"the file can't be read: {error.strerror}")


def read_own(path: Path, most: int) -> bytes:
    """The bytes of a file of one's own.

    Raises:
        InputError: it can't be read, or is too large.
    """
    try:
        return _ordinary(path, most)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}.") from error


def _find(own: Path) -> Path:
    """The one file: `model.onnx`, or else the only one that ends so."""
    for folder in _folders(own):
        names = sorted(name for name in os.listdir(folder) if name.endswith(".onnx") and name[0] != ".")  # noqa: PTH208
        if FILE in names:
            return folder / FILE
        if len(names) == 1:
            return folder / names[0]
        if names:
            raise InputError(f"several files and none of them is called {FILE}: {one_line(', '.join(names[:5]))}")
    raise InputError(f"no {FILE} was handed in")


def _folders(own: Path) -> Iterator[Path]:
    within = own / ASSIGNMENT
    if own.is_symlink() or within.is_symlink():  # it leads to a neighbour's work as well as out of the folder
        raise InputError("what was handed in is a link, not a folder")
    yield from (folder for folder in (within, own) if folder.is_dir())


def _ordinary(path: Path, most: int) -> bytes:
    """Read an ordinary file: not a link, which may lead out of the folder, nor a pipe, which may never end."""
    if path.is_symlink():
        raise InputError(f"{one_line(path.name, 60)} is a link, not a file")
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123  a descriptor
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{one_line(path.name, 60)} is no ordinary file")
        if status.st_size > most:  # before anything is read: a file with holes takes no room on a disk
            raise InputError(f"{one_line(path.name, 60)} has {status.st_size:,} bytes; {most:,} is the most")
        return file.read(most)
