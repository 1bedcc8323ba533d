"""The times, points and plans of the syllabus are those of the notebooks."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = "ch18_capstone"  # has points of its own kinds, and no chapter beside it
_NUMBER = {"an": 1, "two": 2, "2": 2}
_TIMES = re.compile(
    r"Reading (\d+) minutes, trying things (\d+), (?:the|its) exercise about (an|two|2) hours?( and a quarter)?"
)


@dataclass(frozen=True)
class Part:
    """A sitting of a chapter and its assignment: minutes, and points of the checks and of the answer in words."""

    assignment: str
    chapter: int
    exercise: int
    checks: float
    written: float

    @property
    def row(self) -> str:
        """The beginning of its row in the table."""
        name = self.assignment
        link = f"[{name}](../exercises/{name}/{name}.ipynb)"
        return f"| {link} | {self.chapter} + {self.exercise} | {self.checks:g} + {self.written:g} |"


def parts(repository: Path) -> list[Part]:
    times = []
    for path in sorted((repository / "course").glob("[0-9]*.ipynb")):
        text = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
        for reading, trying, hours, quarter in _TIMES.findall(text):
            times.append((path.stem[:2], int(reading) + int(trying), 60 * _NUMBER[hours] + 15 * bool(quarter)))
    found = []
    for path in sorted((repository / "exercises").glob("*/*.ipynb")):
        if path.stem == PROJECT:
            continue
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        graded = [marks for cell in cells if (marks := cell["metadata"].get("nbgrader", {})).get("grade")]
        points = [sum(each["points"] for each in graded if each["solution"] is written) for written in (False, True)]
        number, chapter, exercise = times.pop(0)
        assert path.stem.startswith(f"ch{number}"), f"the times of {path.stem} are those of chapter {number}"
        found.append(Part(path.stem, chapter, exercise, *points))
    return found


def test_an_exercise_says_the_time_that_its_chapter_says(repository: Path) -> None:
    for part in parts(repository):
        text = (repository / "exercises" / part.assignment / f"{part.assignment}.ipynb").read_text(encoding="utf-8")
        (said,) = re.findall(r"\*\*Time:\*\* ([^*\\]+)", text)
        minutes = sum(map(int, re.findall(r"\d+", said.replace("an hour", "60"))))
        assert abs(minutes - part.exercise) <= 15, f"{part.assignment}: {minutes} against {part.exercise} minutes"


@pytest.fixture(scope="module")
def syllabus(repository: Path) -> str:
    return (repository / "course" / "SYLLABUS.md").read_text(encoding="utf-8")


def test_the_table_has_each_assignment_with_its_times_and_points(repository: Path, syllabus: str) -> None:
    rows = [line for line in syllabus.splitlines() if line.startswith("| [ch")]
    wanted = [part.row for part in parts(repository)]
    assert [row[: len(begin)] for row, begin in zip(rows, wanted, strict=True)] == wanted, "\n".join(wanted)
    assert all(len(row.split("|")) == 6 and len(row.split("|")[4]) > 20 for row in rows)


def test_the_sums_are_those_of_the_table(repository: Path, syllabus: str) -> None:
    found = parts(repository)
    checks, written = sum(part.checks for part in found), sum(part.written for part in found)
    chapters, exercises = (sum(getattr(part, name) for part in found) / 60 for name in ("chapter", "exercise"))
    assert (
        f"Together {chapters:.0f} hours for the chapters and {exercises:.0f} for the exercises; "
        f"{checks:g} points by checks and {written:g} by hand, {written / (checks + written):.0%} of all."
    ) in syllabus


def test_the_project_has_the_time_and_the_points_that_its_notebooks_say(repository: Path, syllabus: str) -> None:
    title = json.loads((repository / "course" / "18_capstone.ipynb").read_text(encoding="utf-8"))["cells"][0]["source"]
    ((reading, trying),) = re.findall(r"Reading (\d+) minutes, trying things (\d+)", "".join(title))
    assert f"[its chapter](18_capstone.ipynb) takes {int(reading) + int(trying)} minutes" in syllabus
    path = repository / "exercises" / PROJECT / f"{PROJECT}.ipynb"
    graded = [cell["metadata"].get("nbgrader", {}) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    points = {each["grade_id"]: (each["points"], each["solution"]) for each in graded if each.get("grade")}
    measured, _ = points.pop("measured")
    checks, written = (sum(count for count, by_hand in points.values() if by_hand is kind) for kind in (False, True))
    assert (
        f"{measured:g} points are measured from the file that is handed in, {checks:g} come from checks, {written:g} "
        "from a report by hand."
    ) in syllabus


def test_the_readme_has_the_same_times_in_hours(repository: Path) -> None:
    wanted: dict[str, list[float]] = {}
    for part in parts(repository):
        hours = wanted.setdefault(part.assignment[2:4], [0, 0])
        hours[:] = hours[0] + part.chapter / 60, hours[1] + part.exercise / 60
    readme = (repository / "README.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| \[(\d\d) .* \| (\d+ \+ \d+) \|$", readme, re.MULTILINE))
    assert {name: said.get(name) for name in wanted} == {
        name: " + ".join(f"{round(each)}" for each in hours) for name, hours in wanted.items()
    }


@pytest.mark.parametrize("weeks", [6, 12])
def test_a_plan_has_every_assignment_once_and_says_its_hours(repository: Path, syllabus: str, weeks: int) -> None:
    (plan,) = re.findall(rf"^### {weeks} weeks\n(.*?)(?=^##)", syllabus, re.DOTALL | re.MULTILINE)
    minutes = {part.assignment.partition("_")[0]: part.chapter + part.exercise for part in parts(repository)}
    planned = []
    for number, names, hours in re.findall(r"^\| (\d+) \| ([^|]*) \| ([\d.]+) \|", plan, re.MULTILINE):
        week = re.findall(r"ch\d+[a-c]?", names)
        planned += week
        assert hours == f"{sum(minutes[name] for name in week) / 60:.1f}", f"week {number}"
    assert planned == list(minutes)
    assert len(re.findall(r"^\| \d+ \|", plan, re.MULTILINE)) == weeks


def test_every_written_answer_is_marked_by_the_four_points_of_the_rubric(repository: Path, syllabus: str) -> None:
    """Each assignment's own mark scheme, which learners don't get, gives the points that the rubric promises."""
    rubric = syllabus.partition("## The written answer")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| 1 \| ", rubric, re.MULTILINE)) == 4
    for part in parts(repository):
        path = repository / "solutions" / part.assignment / f"{part.assignment}.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        (scheme,) = re.findall(r"BEGIN MARK SCHEME ===\n(.*?)=== END", text, re.DOTALL)
        assert scheme.startswith("4 points"), path.stem
        assert len(re.findall(r"^- (?:\*\*)?1 point", scheme, re.MULTILINE)) == 4, path.stem
