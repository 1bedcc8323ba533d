"""What a class handed in on a learning platform, from its zip download into nbgrader's layout.

nbgrader's `zip_collect` does this for archives of well-meaning people: it unpacks whatever they hold, archives within
them too, and one unreadable time or doubled file ends it for everybody. Here an archive is only read, file by file. Of
a name, nothing is believed but what the platform itself wrote; and nothing becomes a path but a checked learner's id.
"""

import csv
import re
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from classroom.cohort import submissions
from classroom.cohort.course import Course
from classroom.terminal import one_line
from compresslab.errors import InputError
from compresslab.files import atomic_write

_MOST_ENTRIES = 50_000
_MOST_BYTES = 4 * 2**30  # unpacked, of one archive
# Each platform's names. What a learner chose comes last, so the first place that fits is the platform's.
PLATFORMS = {
    # anderssonanna_LATE_1234_56789_homework-2.ipynb: the learner's number, the file's, and its name
    "canvas": re.compile(r"(?P<person>[^/]*?)(?P<late>_LATE)?_(?P<learner>\d+)_(?P<number>\d+)_(?P<file>[^/]+)"),
    # Anna Andersson_1234_assignsubmission_file_/homework.ipynb, or without folders: the participant's number
    "moodle": re.compile(
        r"(?P<person>[^/]*)_(?P<learner>\d+)_assignsubmission_file_?/(?P<file>.+)"
        r"|(?P<person2>[^/]*?)_(?P<learner2>\d+)_assignsubmission_file_(?P<file2>[^/]+)"
    ),
    # Homework 1_anna_attempt_2026-01-30-15-00-00_homework.ipynb: the username
    "blackboard": re.compile(r"(?P<before>[^/]*?)_attempt_(?P<when>\d{4}(?:-\d\d){5})_(?P<file>[^/]+)"),
    # 1234-56789 - Anna Andersson - Jan 30, 2026 300 PM/homework.ipynb: the learner's number, the attempt's
    "brightspace": re.compile(r"(?P<learner>\d+)-(?P<number>\d+) - (?P<person>[^/]*) - (?P<when>[^/]*)/(?P<file>.+)"),
}
_CLOCK = re.compile(r"(?<=\d{4} )(\d{1,2})(\d\d)(?= ?[AP]M\b|$)")  # 2026 926 PM


@dataclass(frozen=True)
class Setting:
    """How an archive is to be read.

    Attributes:
        platform: one of `PLATFORMS`; "" to find out by its names.
        zone: of the times in its names.
        people: a learner's id here, by the platform's number or name for them; empty if those are the ids.
        known: ids that are known, which settles a username with underscores.
    """

    platform: str = ""
    zone: str = "UTC"
    people: dict[str, str] | None = None
    known: Collection[str] = ()


@dataclass
class Report:
    """What came of it.

    Attributes:
        written, kept: learners whose work was written, and those whose work here is as new.
        problems: what nobody got, each with its reason.
        lacking: of an assignment of two files, who handed in only one.
    """

    written: list[str]
    kept: list[str]
    problems: list[str]
    lacking: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    """A file in an archive, and what its name says."""

    entry: zipfile.ZipInfo
    learner: str
    name: str
    when: datetime | None
    number: int
    late: bool


def collect(course: Course, assignment: str, archive: Path, setting: Setting) -> Report:
    """Put each learner's last attempt where nbgrader keeps it.

    Where an assignment asks for a file beside the notebook (`submissions.BESIDE`), the last of each counts: who hands
    in one of them again has not taken back the other.

    Args:
        course: whose.
        assignment: its name.
        archive: the platform's zip file.
        setting: how to read it.

    Raises:
        InputError: it is no zip file, or of no platform that is known; with the remedy.
    """
    course.source(assignment)
    try:
        ZoneInfo(setting.zone)
    except (ValueError, KeyError, OSError) as error:
        raise InputError(f"no time zone {setting.zone}: a name such as Europe/Rome or UTC is wanted.") from error
    report = Report([], [], [])
    endings = tuple(Path(name).suffix for name in _asked_for(assignment))
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            if len(entries) > _MOST_ENTRIES:
                raise InputError(f"{archive} holds {len(entries):,} files, {_MOST_ENTRIES:,} is the most: split it.")
            entries = [entry for entry in entries if entry.filename.endswith(endings)]
            platform = setting.platform or platform_of([_name(entry) for entry in entries], archive)
            by_learner: dict[str, list[_File]] = defaultdict(list)
            for entry in entries:
                found = _parsed(entry, platform, setting)
                if isinstance(found, str):
                    report.problems.append(f"{one_line(entry.filename, 100)}: {found}")
                else:
                    by_learner[found.learner].append(found)
            left = _MOST_BYTES
            for learner, files in sorted(by_learner.items()):
                folder = course.folder("submitted") / learner / assignment
                taken, faults = _taken(opened, files, assignment, left)
                left -= sum(len(content) for _, content in taken.values())
                try:
                    if taken:
                        new = _write(folder, assignment, taken, platform)
                        (report.written if new else report.kept).append(learner)
                except InputError as error:
                    faults.append(str(error))
                except OSError as error:  # such as a folder in the place of a file
                    faults.append(f"can't be written: {error.strerror}")
                report.problems += [f"{one_line(learner, 60)}: {fault}" for fault in faults]
                report.lacking += [f"{one_line(learner, 60)}: {lack}" for lack in _lacking(folder, assignment, files)]
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{archive} can't be read as a zip file: {error}. Download it again.") from error
    return report


def platform_of(names: list[str], archive: Path) -> str:
    """The platform whose names these are.

    A learner can name their file as another platform would. So the archive decides, not a single name.

    Raises:
        InputError: they are those of none, or of several.
    """
    counts = {each: sum(bool(pattern.fullmatch(name)) for name in names) for each, pattern in PLATFORMS.items()}
    most = max(counts.values())
    best = [each for each, count in counts.items() if count == most]
    if not most or len(best) > 1:
        which = f"those of {' and '.join(best)}" if most else "no platform's that is known here"
        raise InputError(f"the notebooks' names in {archive} are {which}: say --from {'|'.join(PLATFORMS)}.")
    return best[0]


def people(roster: Path, column: str) -> dict[str, str]:
    """Ids by the platform's numbers and names, from a table of its grades or participants.

    Args:
        roster: a CSV file with headings: Canvas's and Brightspace's gradebooks, Moodle's grading worksheet.
        column: the heading of the ids.

    Returns:
        For each number, and each "First Last" and "Last, First", the id in its row, unless several rows have it.

    Raises:
        InputError: the file can't be read, or has no such column.
    """
    try:
        with roster.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the roster {roster} can't be read: {error}. Export it as CSV.") from error
    if not rows or column not in rows[0]:
        known = ", ".join(map(str, rows[0])) if rows else "nothing"
        raise InputError(f"the roster {roster} has no column {column}: choose from {known}.")
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        learner = (row[column] or "").strip().lstrip("#")
        cells = {(cell or "").strip() for cell in row.values() if isinstance(cell, str)}
        cells |= {cell.removeprefix("Participant ") for cell in cells}
        first, last = ((row.get(heading) or "").strip() for heading in ("First Name", "Last Name"))
        for cell in cells | {f"{first} {last}"} if learner else ():
            found[_folded(cell)].add(learner)
    return {cell: ids.pop() for cell, ids in found.items() if cell and len(ids) == 1}


def _parsed(entry: zipfile.ZipInfo, platform: str, setting: Setting) -> "_File | str":
    """What a name says; or what is wrong with it."""
    match = PLATFORMS[platform].fullmatch(_name(entry))
    if not match:
        return f"not named as {platform} names what was handed in"
    given = {key.rstrip("2"): value for key, value in match.groupdict().items() if value is not None}
    learner = given.get("learner") or _username(given["before"], setting.known)
    if setting.people is not None:
        found = setting.people.get(_folded(learner)) or setting.people.get(_folded(given.get("person", "")))
        if not found:
            return f"the roster has no {one_line(learner, 40)}"
        learner = found
    fault = submissions.fault_of_id(learner)
    if fault:
        return f"a learner's id {fault}"
    when = _time(given["when"], setting.zone) if "when" in given else None
    if "when" in given and when is None:
        return f"its time can't be read: {one_line(given['when'], 40)}"
    name = given["file"].rpartition("/")[2]
    return _File(entry, learner, name, when, int(given.get("number", "0")[:18]), "late" in given)


def _asked_for(assignment: str) -> list[str]:
    """The names of what an assignment asks for: its notebook, and a file beside it if there is one."""
    beside = submissions.BESIDE.get(assignment)
    return [f"{assignment}.ipynb", *([beside] if beside else [])]


def _taken(
    opened: zipfile.ZipFile, files: list[_File], assignment: str, left: int
) -> tuple[dict[str, tuple[_File, bytes]], list[str]]:
    """By their names here, the files of a learner that count, with what they hold; and what is wrong with others."""
    taken: dict[str, tuple[_File, bytes]] = {}
    faults = []
    for name in _asked_for(assignment):
        try:
            if chosen := _last(files, name):
                content = _read(opened, chosen.entry, left)
                left -= len(content)
                taken[name] = chosen, content
        except InputError as error:
            faults.append(str(error))
    return taken, faults


def _last(files: list[_File], name: str) -> _File | None:
    """The file of that name in the last attempt that has one; None if there is none.

    A notebook may have any name, if it is the only one of its attempt.
    """
    notebook = name.endswith(".ipynb")
    files = [file for file in files if file.name.endswith(".ipynb")] if notebook else _named(files, name)
    if not files:
        return None
    last = max((file.when for file in files if file.when), default=None)
    files = [file for file in files if file.when == last]
    named = _named(files, name)
    if not named and len(files) > 1:
        names = ", ".join(one_line(file.name, 40) for file in files[:5])
        raise InputError(f"several notebooks and none of them is called {name}: {names}")
    return max(named or files, key=lambda file: file.number)


def _named(files: list[_File], name: str) -> list[_File]:
    """Those of that name, which a platform numbers where it comes twice: model-1.onnx, model (2).onnx."""
    stem, _, ending = name.rpartition(".")
    expected = re.compile(re.escape(stem) + r"([-_ ]?\(?\d{1,3}\)?)?\." + re.escape(ending))
    return [file for file in files if expected.fullmatch(file.name)]


def _lacking(folder: Path, assignment: str, files: list[_File]) -> Iterator[str]:
    """What an archive lacks of two files that belong together."""
    asked_for = _asked_for(assignment)
    for name in asked_for if len(asked_for) > 1 else ():
        like = [file.name for file in files if Path(file.name).suffix == Path(name).suffix]
        if not like or not (name.endswith(".ipynb") or _named(files, name)):
            shown = f", only {', '.join(one_line(each, 40) for each in like[:5])}" if like else ""
            earlier = "; the one that is here stays" if (folder / name).is_file() else ""
            yield f"no {name} in the archive{shown}{earlier}"


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """What a file holds; what its header says of its size is not believed."""
    name = one_line(entry.filename.replace("\\", "/").rpartition("/")[2], 100)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InputError(f"{name} is a link, not a file")
    most = min(left, submissions.MOST_BYTES)
    try:
        with archive.open(entry) as file:
            content = file.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise InputError(f"{name} can't be unpacked: {one_line(str(error))}") from error
    if len(content) > most and most < submissions.MOST_BYTES:
        raise InputError(f"{name} is too much: all files have more than {_MOST_BYTES:,} bytes. Split the archive")
    if len(content) > most:
        raise InputError(f"{name} has more than {most:,} bytes, which is the most")
    return content


def _write(folder: Path, assignment: str, taken: Mapping[str, tuple[_File, bytes]], platform: str) -> bool:
    """Write a submission, unless what lies there is as new; whether it was written."""
    if folder.parent.is_symlink() or folder.is_symlink():
        raise InputError(f"{one_line(str(folder))} is a link, and stays as it is")
    when = max((file.when for file, _ in taken.values() if file.when), default=None)
    before = submissions.time_of(folder)
    if before and when and before > when:
        return False
    if before == when and all(_holds(folder / name, content) for name, (_, content) in taken.items()):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    old = list(folder.glob("*.ipynb")) if f"{assignment}.ipynb" in taken else []
    if len(taken) == len(_asked_for(assignment)):  # else a mark of what stays here, such as "late", stays with it
        old += [folder / name for name in submissions.KEPT]
    for each in old:
        each.unlink(missing_ok=True)
    kept = {name: content for name, (_, content) in taken.items()}
    if when:
        kept["timestamp.txt"] = f"{when:%Y-%m-%d %H:%M:%S} UTC".encode()
    if any(file.late for file, _ in taken.values()):
        kept[submissions.LATE] = f"Marked late by {platform}.\n".encode()
    for name, content in kept.items():
        with atomic_write(folder / name) as partial:
            partial.write_bytes(content)
    return True


def _holds(path: Path, content: bytes) -> bool:
    return not path.is_symlink() and path.is_file() and path.read_bytes() == content


def _name(entry: zipfile.ZipInfo) -> str:
    """A name as the platforms write it: without the folder that some put around all."""
    name = entry.filename.replace("\\", "/")
    around, slash, rest = name.partition("/")
    return rest if slash and not any(pattern.fullmatch(f"{around}/x") for pattern in PLATFORMS.values()) else name


def _username(before: str, known: Collection[str]) -> str:
    """The username at the end of "Homework 1_anna": the longest that is known, or what has no underscore."""
    parts = before.split("_")
    ends = ["_".join(parts[place:]) for place in range(1, len(parts))] or [before]
    return next((end for end in ends if end in known), ends[-1])


def _time(text: str, zone: str) -> datetime | None:
    """A platform's time as one in UTC, without its zone, as nbgrader has it; None if it is none."""
    date, _, clock = text.rpartition("-") if text.count("-") == 5 else ("", "", "")
    if date:
        day, hours, minutes = text[:10], text[11:13], text[14:16]
        text = f"{day} {hours}:{minutes}:{clock}"
    found = submissions.parsed_time(_CLOCK.sub(r"\1:\2", text).encode())
    return found and found.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def lines(report: Report) -> Iterator[str]:
    """A report for the instructor."""
    yield f"{len(report.written)} submissions written; {len(report.kept)} were here already, or newer."
    yield from (f"not assigned: {problem}" for problem in report.problems)
    yield from (f"incomplete: {lack}" for lack in report.lacking)
