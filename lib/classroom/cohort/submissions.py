"""What learners handed in, in nbgrader's layout: read with suspicion, and never run here."""

import hashlib
import os
import re
import stat
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc  # type: ignore[import-untyped]

from classroom.terminal import one_line
from compresslab.errors import InputError

MOST_BYTES = 100 * 2**20  # of a notebook: some keep their pictures in it
_OWN = ("timestamp.txt", "submission_secret.txt")  # nbgrader's files beside a notebook
TIME = "the time of handing in"  # so begins a note on it
LATE = "late.txt"  # beside a notebook that a learning platform marked late without its time
KEPT = (*_OWN, LATE)
BESIDE = {"ch18_capstone": "model.onnx"}  # by assignment, the file that belongs beside its notebook
_MOST_SMALL = 4096  # bytes of those
_MOST_ID = 128  # bytes of a learner's id: nbgrader's database has no room for more
_SECRET = re.compile(rb"[0-9a-f]{16,128}")  # as nbgrader makes it; part of an address in the exchange


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
    found = handed_in(submitted, assignment)
    absent = sorted(set(names) - set(found))
    if absent or not found:
        layout = submitted / (absent[0] if absent else "LEARNER") / assignment
        who = " by " + ", ".join(map(one_line, absent)) if absent else ""
        raise InputError(
            f"nothing handed in for {assignment}{who}: the notebook belongs "
            f"in {one_line(str(layout))}; `nbgrader collect {assignment}` or `nbgrader zip_collect {assignment}` puts "
            "it there."
        )
    return [name for name in found if not names or name in names]


def handed_in(submitted: Path, assignment: str) -> list[str]:
    """The ids of all whose work for an assignment lies there, in order."""
    return [name for name in _folders(submitted, assignment) if not fault_of_id(name)]


def left_out(submitted: Path, assignment: str) -> list[str]:
    """A sentence for each folder that can't be a learner's: nobody's work is passed over in silence."""
    faults = {name: fault_of_id(name) for name in _folders(submitted, assignment)}
    return [f"{one_line(name, 60)}: left out: a learner's id {fault}" for name, fault in faults.items() if fault]


def _folders(submitted: Path, assignment: str) -> list[str]:
    return sorted(path.parent.name for path in submitted.glob(f"*/{assignment}") if path.parent.name[0] != ".")


def fault_of_id(name: str) -> str:
    """What keeps a name from being a learner's id in nbgrader's database and in file names; "" if nothing does."""
    if not name or name[0] == "." or "/" in name:
        return "must not be empty, hidden, or have a slash"
    if not name.isprintable():  # a name that is no UTF-8 has halves of surrogate pairs, which aren't
        return "must have characters that can be printed"
    if len(name.encode()) > _MOST_ID:
        return f"must have at most {_MOST_ID} bytes, not {len(name.encode())}"
    return ""


def read(submitted: Path, assignment: str, learner: str) -> Submission:
    """Read what a learner handed in; whatever is wrong with it is said in the result."""
    folder = submitted / learner / assignment
    notes: list[str] = []
    handed_in = None
    try:
        # A link leads to a neighbour's work as well as out of the folder.
        if folder.parent.is_symlink() or folder.is_symlink() or not folder.is_dir():
            return Submission(learner, folder, problem="what was handed in is a link or a file, not a folder")
        handed_in, doubt = _time(folder)
        notes += [doubt] if doubt else []
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
    except Exception as error:  # noqa: BLE001  whatever lies there, the others are graded
        problem = one_line(f"cannot be read: {type(error).__name__}: {error}")
        return Submission(learner, folder, problem=problem, notes=notes, handed_in=handed_in)
    return Submission(learner, folder, content, notes=notes + odd, handed_in=handed_in)


def kept(folder: Path) -> dict[str, bytes]:
    """nbgrader's own small files of a submission, which belong beside the graded notebook and the feedback too.

    Only where they hold what nbgrader would read there: an unreadable one stops its `release_feedback` for everybody.
    """
    found = {}
    for name in _OWN:
        try:
            found[name] = _read(folder / name, _MOST_SMALL)
        except (OSError, InputError):
            continue
    if not _SECRET.fullmatch(found.get("submission_secret.txt", b"").strip()):
        found.pop("submission_secret.txt", None)
    if parsed_time(found.get("timestamp.txt", b"")) is None:
        found.pop("timestamp.txt", None)
    return found


def _time(folder: Path) -> tuple[datetime | None, str]:
    """When a folder was handed in, if nbgrader noted it, and what is doubtful about that.

    Who destroys the note must not be on time for it: then the files' own time counts.
    """
    noted = folder / "timestamp.txt"
    try:
        note = _read(noted, _MOST_SMALL)
    except FileNotFoundError:
        marked = (folder / LATE).is_file()
        return None, f"{TIME}: unknown, and marked late by the learning platform" if marked else ""
    except (OSError, InputError):
        note = b"?"
    if not note.strip():
        note = b"?"
    found = parsed_time(note)
    if found is not None:
        return found, ""
    newest = max(path.lstat().st_mtime for path in folder.iterdir())
    taken = datetime.fromtimestamp(newest, UTC).replace(tzinfo=None)
    return taken, f"{TIME}: timestamp.txt holds none, so its files' own counts, {taken:%Y-%m-%d %H:%M} UTC"


def time_of(folder: Path) -> datetime | None:
    """When nbgrader, or `collect`, noted that a folder was handed in: in UTC; None if that isn't known."""
    try:
        return parsed_time(_read(folder / "timestamp.txt", _MOST_SMALL))
    except (OSError, InputError):
        return None


def parsed_time(note: bytes) -> datetime | None:
    """A time as dateutil reads it, in UTC; None if it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # dateutil only warns of a time zone that it doesn't know
            return parse_utc(note.decode())
    except Exception:  # noqa: BLE001  dateutil raises errors and warnings of many kinds
        return None


def _notebook(folder: Path, assignment: str) -> tuple[Path | None, list[str]]:
    """The notebook to judge and what is odd; or None, and the reason."""
    expected = f"{assignment}.ipynb"
    names = sorted(path.name for path in folder.iterdir() if path.suffix == ".ipynb" and path.name[0] != ".")
    others = sorted(path.name for path in folder.iterdir() if path.suffix != ".ipynb" and path.name[0] != ".")
    others = [name for name in others if name not in KEPT]
    unasked = [name for name in others if name != BESIDE.get(assignment)]
    odd = [f"other files are left alone: {_some(unasked)}"] if unasked else []
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
    shown = [one_line(name, 60) for name in names[:5]]
    return ", ".join(shown) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
