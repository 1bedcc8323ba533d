"""The learner's archive: what a learner needs, without an answer, a hidden check or anything else of the instructor's.

The same files give the same bytes, on any day and in any folder: names are sorted, and times, owners and modes fixed.
Only another version of zlib may pack the same files into other bytes.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from classroom.cohort.course import Course
from classroom.notebook.cells import read
from compresslab.errors import InputError
from compresslab.files import atomic_write

FOLDER = "model-compression"  # around everything in the archive
SET_UP = ("Makefile", "pyproject.toml", "constraints.txt", "environment.yml", "LICENSE", "LICENSE-text")
_FOR_LEARNERS = "course/LEARNERS.md"  # the archive's README.md, which the project's metadata asks for
_SUFFIXES = {".ipynb", ".md", ".png", ".svg"}  # of what is handed out of course/ and exercises/
# Of what the grader was tried on, strangers' answers among it, learners get what their capstone is measured beside.
_OTHERS = re.compile(r"course/(INSTRUCTORS|LEARNERS)\.md|reference/grading/(?!capstone_baseline\.).*")
NEVER = re.compile(r"__pycache__|\.(?!zshrc$).+|.+\.(egg-info|pyc|part)")  # caches, hidden files, what a kill leaves
_TIME = (1980, 1, 1, 0, 0, 0)  # a zip file knows no earlier one
_MARKS = ("### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS", "### BEGIN MARK SCHEME")
_MARKED = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)[^\n]*\n(.*?)\n *### END ", re.DOTALL)
_LEAST = 100  # letters of an answer or check that is looked for: a chapter may well teach a shorter one's formula


def bundle(course: Course, target: Path, assignment: str = "") -> list[str]:
    """Write the archive for learners.

    Args:
        course: whose.
        target: the zip file to write.
        assignment: hand out this one's exercise and chapter alone; everything if "".

    Returns:
        The names of the files in it.

    Raises:
        InputError: there is no such assignment, a file is missing, or something in the archive holds an answer or a
            hidden check. Nothing is written then.
    """
    if assignment:
        course.source(assignment)
    files = dict(_files(course, assignment))
    _refuse_leaks(course, files)
    with (
        atomic_write(target) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened,
    ):
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, on Windows too
            entry.external_attr = 0o100644 << 16
            opened.writestr(entry, content)
    return sorted(files)


def _files(course: Course, assignment: str) -> Iterator[tuple[str, bytes]]:
    root = course.root
    exercises = course.folder("release").relative_to(root).as_posix()
    for name in (*SET_UP, _FOR_LEARNERS):
        path = root / name
        if not path.is_file():
            raise InputError(f"{path} is missing, and the archive needs it: bundle from the whole repository.")
        yield ("README.md" if name == _FOR_LEARNERS else name), path.read_bytes()
    found = False
    for folder in ("course", exercises, "hub", "lib", "reference"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_symlink() or not path.is_file() or not _is_handed_out(name, exercises, assignment):
                continue
            found = found or folder == exercises
            yield name, path.read_bytes()
    if not found:
        raise InputError(f"no exercise in {course.folder('release')}: `make release` generates it.")


def _is_handed_out(name: str, exercises: str, assignment: str) -> bool:
    parts = Path(name).parts
    if any(NEVER.fullmatch(part) for part in parts) or _OTHERS.fullmatch(name):
        return False
    if parts[0] not in ("course", exercises):
        return True
    if Path(name).suffix not in _SUFFIXES:
        return False
    if not assignment or name.endswith(".md"):
        return True
    if parts[0] == exercises:
        return parts[1] == assignment
    chapter = re.match(r"ch(\d+)", assignment)  # ch10b_ptq_and_qat belongs to 10_prune_distill_quantize
    return chapter is not None and parts[1].startswith(f"{chapter[1]}_")


def _refuse_leaks(course: Course, files: dict[str, bytes]) -> None:
    """Look in every text of the archive for nbgrader's marks and for each answer and hidden check of the course."""
    texts = {name: "".join(_texts(name, content)) for name, content in files.items()}
    secrets = {
        _plain(secret): path.stem for path in course.folder("source").glob("*/*.ipynb") for secret in _secrets(path)
    }
    for name, text in texts.items():
        marked = name.endswith(".ipynb") and any(mark in text for mark in _MARKS)
        plain = _plain(text)
        leaked = next((origin for secret, origin in secrets.items() if len(secret) >= _LEAST and secret in plain), "")
        if marked or leaked:
            whose = f"of {leaked}" if leaked else "between nbgrader's marks"
            raise InputError(f"{name} holds an answer or a hidden check {whose}: nothing was written. Remove it there.")


def _secrets(source: Path) -> Iterator[str]:
    """The answers, hidden checks and mark schemes of a source notebook; of what is answered in words each paragraph."""
    for cell in read(source):
        yield from _MARKED.findall(cell.source)
        if cell.kind == "written":
            yield from cell.source.split("\n\n")


def _texts(name: str, content: bytes) -> Iterator[str]:
    """What of a file can be read; of a notebook its cells and their outputs, without JSON's escapes."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return  # weights, pictures
    yield from _strings(json.loads(text)) if name.endswith(".ipynb") else [text]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
            yield "\n"


def _plain(text: str) -> str:
    return " ".join(text.split())
