"""A term's variant of the course: some functions of each assignment are asked, the others given with their solution.

An assignment is a row of sections: text, hints, an answer's cell, and its checks. A seed decides which of them are
given. There the answer's cell becomes a locked one with the solution written out, so that all that builds on it works
as before; its hints and checks go, and their points with them. About two thirds of the points by checks stay.

Everything of a variant follows from the course and the seed, so the seed is no secret. That of the hidden trials is
another, which `records` draws anew in each run of `grade`.
"""

import ast
import contextlib
import hashlib
import itertools
import json
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from classroom.cohort.bundle import NEVER, SET_UP
from classroom.cohort.course import Course
from classroom.cohort.similar import prints
from classroom.notebook.cells import Cell, parse
from compresslab import arguments
from compresslab.errors import InputError
from compresslab.files import write_json

RECORD = "variant.json"  # in the variant's folder: its seed, and what is asked and given
_SHARE, _APART = 2 / 3, 1 / 8  # of an assignment's points by checks: how many are asked, and how far off that may be
_TOLD = 1 / 4  # of an answer's digests (`similar.prints`): where given solutions hold as many, they tell it
_MOST_SECTIONS = 16  # all 2^16 choices are looked at
_FOLDERS = ("course", "hub", "lib", "reference")
_FILES = (*SET_UP, "README.md", "nbgrader_config.py")
_MARK = re.compile(r"^ *### (?:BEGIN|END) SOLUTION *\n?", re.MULTILINE)
_HINT = re.compile(r"<details><summary>Hint\b")
_STATED = re.compile(r"\b(\d+)(?=\s+in\s+all,\s+and\s+\d+\s+more\b)")  # the points by checks, in an assignment's text
_SUMS = re.compile(r"(\d+) points by checks and (\d+) by hand, \d+% of all\.")  # in the syllabus


@dataclass(frozen=True)
class Section:
    """A part of an assignment around one answer.

    Attributes:
        cell: the name of the answer's cell.
        names: the functions and classes that it defines.
        points: of its checks.
        place: of the answer's cell in the notebook.
        rest: places of its hints and checks.
        source: the answer's cell with the solution written out, without nbgrader's marks.
    """

    cell: str
    names: tuple[str, ...]
    points: float
    place: int
    rest: tuple[int, ...]
    source: str

    @cached_property
    def digests(self) -> frozenset[int]:
        """Of its solution, to find it in another."""
        return frozenset(prints([self.source]))


@dataclass(frozen=True)
class Variant:
    """What a term asks of an assignment.

    Attributes:
        assignment: its name.
        asked: the functions that learners write.
        given: those that stand there with their solution.
        points: by checks, of what is asked.
        of: the points by checks of the whole assignment.
    """

    assignment: str
    asked: tuple[str, ...]
    given: tuple[str, ...]
    points: float
    of: float


def variant(course: Course, seed: int, out: Path) -> list[Variant]:
    """Write a course folder with a variant of each assignment.

    Args:
        course: whose. It stays as it is.
        seed: a whole number from 0, such as the year. The same one gives the same bytes, and neighbouring ones differ
            in each assignment that has two variants.
        out: the folder to make; an empty one may be there.

    Returns:
        What is asked of each assignment, by its name.

    Raises:
        InputError: the seed is no such number, the folder holds something or lies in what is copied, the course is
            itself a variant, or an assignment can't be taken apart. Nothing is written then.
    """
    arguments.whole(0, None, "take the year", seed=seed)
    out = out.resolve()
    _refuse_the_place(course, out)
    if (course.root / RECORD).exists():
        raise InputError(f"{course.root} is a variant already: make another from the whole course.")
    sources = sorted(course.folder("source").glob("*/*.ipynb"))
    if not sources:
        raise InputError(f"no assignment in {course.folder('source')}: run this in the course's folder.")
    with _whole_or_absent(out) as folder:
        _copy(course, folder)
        found = []
        for path in sources:
            made, notebook = _assignment(path, seed)
            found.append(made)
            if made.given:  # else the copy is the variant
                text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
                (folder / path.relative_to(course.root)).write_text(text, encoding="utf-8", newline="\n")
        syllabus = folder / "course" / "SYLLABUS.md"
        if syllabus.is_file():
            text = syllabus_of(syllabus.read_text(encoding="utf-8"), found, seed)
            syllabus.write_text(text, encoding="utf-8", newline="\n")
        write_json(folder / RECORD, {"seed": seed, "assignments": {each.assignment: _plain(each) for each in found}})
    return found


def sections(cells: Sequence[Cell]) -> list[Section]:
    r"""The sections of an assignment, in their order.

    Args:
        cells: of its source notebook.

    >>> lines = ("def double(x):", "    ### BEGIN SOLUTION", "    return 2 * x", "    ### END SOLUTION")
    >>> cells = [Cell("double", "solution", "\n".join(lines)), Cell("double_twice", "test", "", points=2)]
    >>> [section] = sections(cells)
    >>> print(section.names, section.points, section.source)
    ('double',) 2 def double(x):
        return 2 * x
    """
    found = []
    answers = [place for place, cell in enumerate(cells) if cell.kind == "solution"]
    for place, end in itertools.pairwise([*answers, len(cells)]):
        checks = [each for each in range(place, end) if cells[each].kind == "test"]
        hints = list(itertools.takewhile(lambda each: _is_hint(cells[each]), range(place - 1, -1, -1)))
        source = _MARK.sub("", cells[place].source).rstrip("\n")
        points = sum(cells[each].points for each in checks)
        names = _defined(source) or (cells[place].name,)
        found.append(Section(cells[place].name, names, points, place, (*hints, *checks), source))
    return found


def choices(whole: Sequence[Section], name: str) -> list[tuple[int, ...]]:
    """What may be given of an assignment, by the places in its row of sections; in an order that is mixed, but fixed.

    No more is given than leaves about two thirds of the points, and nothing that tells an answer which is asked.

    Args:
        whole: all of its sections.
        name: of the assignment.

    Raises:
        InputError: there are too many sections to look at all choices.

    >>> row = [Section(name, (name,), 2, 0, (), f"def {name}(): pass") for name in ("a", "b", "c")]
    >>> sorted(choices(row, "ch01"))
    [(0,), (1,), (2,)]
    """
    if len(whole) > _MOST_SECTIONS:
        raise InputError(f"{name} asks {len(whole)} answers, {_MOST_SECTIONS} is the most: split it in two.")
    places = range(len(whole))
    all_of_them = (given for count in places for given in itertools.combinations(places, count))
    return sorted(
        (given for given in all_of_them if given and _fits(whole, given)), key=lambda each: _mixed(name, each)
    )


def syllabus_of(text: str, variants: Collection[Variant], seed: int) -> str:
    """The syllabus with a variant's points in its table and in their sums.

    Args:
        text: of the whole course's.
        variants: of its assignments.
        seed: theirs.
    """
    lost = 0.0
    for each in variants:
        row = re.compile(rf"^(\| \[{re.escape(each.assignment)}\]\([^|]*\|[^|]*\| )\d+(?= \+ )", re.MULTILINE)
        text, rows = row.subn(rf"\g<1>{each.points:g}", text)
        lost += rows * (each.of - each.points)

    def summed(found: re.Match[str]) -> str:
        checks, written = int(found[1]) - lost, int(found[2])
        return (
            f"{checks:g} points by checks and {written} by hand, {written / (checks + written):.0%} of all. "
            f"This is the variant of seed {seed}: of each assignment some functions are given, without points. "
            "The minutes are those of all functions."
        )

    return _SUMS.sub(summed, text)


def lines(variants: Sequence[Variant]) -> Iterator[str]:
    """A report for the instructor."""
    for each in variants:
        given = f"; given: {', '.join(each.given)}" if each.given else ""
        yield f"{each.assignment}: {each.points:g} of {each.of:g} points asked{given}"


def _refuse_the_place(course: Course, out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file: name a folder to make.")
    if out.is_dir() and any(out.iterdir()):
        raise InputError(
            f"{out} isn't empty, and nothing in it is overwritten: name another folder, or empty this one."
        )
    copied = [*(course.root / name for name in _FOLDERS), course.folder("source"), course.folder("release")]
    inside = next((folder for folder in copied if out.is_relative_to(folder)), None)
    if inside or out == course.root:
        raise InputError(f"{out} lies in what the course is made of: name a folder beside {course.root}.")


@contextlib.contextmanager
def _whole_or_absent(out: Path) -> Iterator[Path]:
    """Give a folder to write to, beside `out`; move it there only if the body succeeds."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.", suffix=".part") as scratch:
            folder = Path(scratch) / out.name  # with the usual permissions, which the one around it hasn't
            folder.mkdir()
            yield folder
            if out.exists():
                out.rmdir()  # it is empty; not every system moves a folder onto one
            folder.replace(out)
    except OSError as error:
        raise InputError(
            f"cannot write {out}: {error.strerror or error}. Name another folder, or make room."
        ) from error


def _copy(course: Course, folder: Path) -> None:
    """All that the commands need of a course, as far as it is there: not the release, tests, or what was handed in."""

    def left_out(parent: str, names: list[str]) -> set[str]:
        return {name for name in names if NEVER.fullmatch(name) or (Path(parent) / name).is_symlink()}

    solutions = course.folder("source").relative_to(course.root).as_posix()
    for name in (*_FOLDERS, solutions):
        if (course.root / name).is_dir():
            shutil.copytree(course.root / name, folder / name, ignore=left_out)
    for name in _FILES:
        if (course.root / name).is_file():
            shutil.copy(course.root / name, folder / name)


def _assignment(path: Path, seed: int) -> tuple[Variant, dict[str, Any]]:
    """An assignment's variant: what is asked, and its source notebook as JSON."""
    content = path.read_bytes()
    cells = parse(content, str(path))
    notebook = json.loads(content)
    row = sections(cells)
    possible = choices(row, path.stem)
    given = possible[seed % len(possible)] if possible else ()
    asked = [each for place, each in enumerate(row) if place not in given]
    whole = sum(cell.points for cell in cells if cell.kind == "test")
    points = whole - sum(row[place].points for place in given)
    made = Variant(path.stem, _names(asked), _names([row[place] for place in given]), points, whole)
    if given:
        _state_the_points(path, notebook["cells"], whole, points)
        _say_what_is_asked(notebook["cells"], made)
        notebook["cells"] = list(_cells(notebook["cells"], {row[place].place: row[place] for place in given}))
    return made, notebook


def _cells(cells: Sequence[dict[str, Any]], given: Mapping[int, Section]) -> Iterator[dict[str, Any]]:
    """A notebook's cells, with solutions in place of the answers that are given."""
    dropped = {place for section in given.values() for place in section.rest}
    for place, cell in enumerate(cells):
        if place in given:
            section = given[place]
            names = " and ".join(f"`{name}`" for name in section.names)
            are = "is" if len(section.names) == 1 else "are"
            text = (
                f"**Given this term:** {names} {are} written out below as a worked example, which can't be changed, "
                "carries no points, and may be used by cells further on."
            )
            yield {"cell_type": "markdown", "id": f"{cell['id']}-given"[:64], "metadata": {}, "source": [text]}
            marks = cell["metadata"]["nbgrader"] | {"grade": False, "locked": True, "solution": False}
            metadata = cell["metadata"] | {"nbgrader": marks}
            yield cell | {"metadata": metadata, "source": section.source.splitlines(keepends=True)}
        elif place not in dropped:
            yield cell


def _state_the_points(path: Path, cells: Sequence[dict[str, Any]], whole: float, points: float) -> None:
    """Put the variant's points where a text says how many the checks have in all."""
    for cell in cells:
        text = "".join(cell["source"])
        for said in _STATED.findall(text) if cell["cell_type"] == "markdown" else ():
            if float(said) != whole:
                raise InputError(f"{path} says {said} points in all, and its checks have {whole:g}: correct the text.")
            cell["source"] = _STATED.sub(f"{points:g}", text).splitlines(keepends=True)


def _say_what_is_asked(cells: Sequence[dict[str, Any]], made: Variant) -> None:
    first = next(cell for cell in cells if cell["cell_type"] == "markdown")
    asked, given = (", ".join(f"`{name}`" for name in names) for names in (made.asked, made.given))
    text = "".join(first["source"]).rstrip("\n") + (
        f"\n\n**This term's variant.** You write {asked}. Given as worked examples, without points: {given}. "
        "The time above is for writing all of them."
    )
    first["source"] = text.splitlines(keepends=True)


def _fits(whole: Sequence[Section], given: Sequence[int]) -> bool:
    """Whether about two thirds of the points are asked, and no answer that is asked stands in what is given."""
    asked = [section for place, section in enumerate(whole) if place not in given]
    points = sum(section.points for section in whole)
    if not points or abs(sum(section.points for section in asked) / points - _SHARE) > _APART:
        return False
    shown = frozenset().union(*(whole[place].digests for place in given))
    return all(len(shown & section.digests) < _TOLD * len(section.digests) for section in asked if section.digests)


def _mixed(name: str, given: tuple[int, ...]) -> bytes:
    """To order by: the same on every machine and in every version of Python."""
    return hashlib.sha256(f"{name} {given}".encode()).digest()


def _is_hint(cell: Cell) -> bool:
    return not cell.is_code and cell.kind == "extra" and _HINT.match(cell.source) is not None


def _defined(source: str) -> tuple[str, ...]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    try:
        body = ast.parse(source).body
    except SyntaxError:  # magics of IPython's
        return ()
    return tuple(part.name for part in body if isinstance(part, kinds) and not part.name.startswith("_"))


def _names(row: Sequence[Section]) -> tuple[str, ...]:
    return tuple(name for section in row for name in section.names)


def _plain(made: Variant) -> dict[str, Any]:
    return {"asked": made.asked, "given": made.given, "points": made.points, "of": made.of}
