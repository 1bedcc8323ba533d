"""What learners handed in, in nbgrader's layout: read with suspicion, and never run here."""

import hashlib
import os
import stat
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc  # type: ignore[import-untyped]

from compresslab.errors import InputError

MOST_BYTES = 100 * 2**20  # of a notebook: some keep their pictures in it
_KEPT = ("timestamp.txt", "submission_secret.txt")  # nbgrader's own files beside a notebook
_MOST_SMALL = 4096  # bytes of those


@dataclass(frozen=True)
class Submission:
    """One learner's folder for an assignment.

    Attributes:
        learner: their id, the folder's name.
        folder: where it lies.
        content: the notebook's; empty where there is none to judge.
        problem: why there is none, in a sentence for the instructor; "" if there is one.
        notes: what was odd but did no harm.
        handed_in: the time, in UTC, where nbgrader noted one.
    """

    learner: str
    folder: Path
    content: bytes = b""
    problem: str = ""
    notes: list[str] = field(default_factory=list)
    handed_in: datetime | None = None

    @property
    def digest(self) -> str:
        """Changes with everything that the judge sees of it."""
        return hashlib.sha256(self.problem.encode() + b"\0" + self.content).hexdigest()


def learners(submitted: Path, assignment: str, names: Collection[str] = ()) -> list[str]:
    """Who has handed in an assignment.

    Args:
        submitted: nbgrader's folder.
        assignment: its name.
        names: of some learners; all if empty.

    Raises:
        InputError: one of them has not, or nobody has.
    """
    found = sorted(path.parent.name for path in submitted.glob(f"*/{assignment}") if path.parent.name[0] != ".")
    absent = sorted(set(names) - set(found))
    if absent or not found:
        layout = submitted / (absent[0] if absent else "LEARNER") / assignment
        raise InputError(
            f"nothing handed in for {assignment}{' by ' + ', '.join(absent) if absent else ''}: the notebook belongs "
            f"in {layout}; `nbgrader collect {assignment}` or `nbgrader zip_collect {assignment}` puts it there."
        )
    return [name for name in found if not names or name in names]


def read(submitted: Path, assignment: str, learner: str) -> Submission:
    """Read what a learner handed in; whatever is wrong with it is said in the result."""
    folder = submitted / learner / assignment
    notes: list[str] = []
    handed_in = None
    try:
        if not folder.resolve().is_relative_to(submitted.resolve()) or not folder.is_dir():
            return Submission(learner, folder, problem="what was handed in is a link or a file, not a folder")
        note = kept(folder).get("timestamp.txt", b"").decode(errors="replace").strip()
        try:
            handed_in = parse_utc(note) if note else None
        except (ValueError, OverflowError):
            notes.append("timestamp.txt holds no time, so it counts as handed in on time")
        path, odd = _notebook(folder, assignment)
        if path is None:
            return Submission(learner, folder, problem=odd[0], notes=notes, handed_in=handed_in)
        content = _read(path, MOST_BYTES)
    except OSError as error:
        return Submission(
            learner, folder, problem=f"cannot be read: {error.strerror}", notes=notes, handed_in=handed_in
        )
    except InputError as error:
        return Submission(learner, folder, problem=str(error), notes=notes, handed_in=handed_in)
    return Submission(learner, folder, content, notes=notes + odd, handed_in=handed_in)


def kept(folder: Path) -> dict[str, bytes]:
    """nbgrader's own small files of a submission, which belong beside the graded notebook and the feedback too."""
    found = {}
    for name in _KEPT:
        try:
            found[name] = _read(folder / name, _MOST_SMALL)
        except (OSError, InputError):
            continue
    return found


def _notebook(folder: Path, assignment: str) -> tuple[Path | None, list[str]]:
    """The notebook to judge and what is odd; or None, and the reason."""
    expected = f"{assignment}.ipynb"
    names = sorted(path.name for path in folder.iterdir() if path.suffix == ".ipynb" and path.name[0] != ".")
    others = sorted(path.name for path in folder.iterdir() if path.suffix != ".ipynb" and path.name[0] != ".")
    others = [name for name in others if name not in _KEPT]
    odd = [f"other files are left alone: {_some(others)}"] if others else []
    if expected in names:
        names.remove(expected)
        return folder / expected, odd + ([f"other notebooks are left alone: {_some(names)}"] if names else [])
    if len(names) == 1:
        return folder / names[0], [*odd, f"the notebook is called {_some(names)}, not {expected}"]
    if names:
        return None, [f"several notebooks and none of them is called {expected}: {_some(names)}"]
    return None, [f"no notebook was handed in{', only ' + _some(others) if others else ''}"]


def _read(path: Path, most: int) -> bytes:
    """Read an ordinary file: not a link, which may lead out of the folder, nor a pipe, which may never end."""
    if path.is_symlink():
        raise InputError(f"{_some([path.name])} is a link, not a file")
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123  a descriptor
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{_some([path.name])} is no ordinary file")
        if status.st_size > most:
            raise InputError(f"{_some([path.name])} has {status.st_size:,} bytes; {most:,} is the most")
        return file.read(most)


def _some(names: list[str]) -> str:
    shown = [name.encode(errors="replace").decode()[:60] for name in names[:5]]
    return ", ".join(shown) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
