"""A class of 60 with 10 saboteurs, graded for real: each gets a reasoned result, and the honest what is theirs."""

import json
import shutil
import statistics
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from classroom.authoring.harness import Answer, read_answer, submission
from classroom.cohort import course as courses
from classroom.cohort.course import Course
from classroom.cohort.grade import Count, Wish, grade
from classroom.judging import tasks
from classroom.judging.tasks import Task
from classroom.notebook.cells import read

pytestmark = pytest.mark.linux
NAME = "straight_through"
SEED = 7
LIMITS = """
c.Limits.cell_seconds = 5.0
c.Limits.call_seconds = 10.0
c.Limits.memory_bytes = 600 * 2**20
c.Limits.disk_bytes = 16 * 2**20
"""
LOUD = """import sys, warnings
from tqdm import tqdm
warnings.warn("look out")
for _ in tqdm(range(3)):
    print("to stderr", file=sys.stderr)
"""
HONEST = {  # points of the checks
    "solution": 7,
    "autograd_function": 7,
    "clamp_then_detach": 7,
    "loud": 7,
    "without_checks": 7,
    "no_clamp": 3,
    "plain_round": 3,
    "in_place": 2,
    "raises": 0,
    "idle": 0,
}
SABOTEURS = {  # part of what the instructor reads
    "broken": "is not a notebook",
    "disk_flood": "No space left",
    "endless_cell": "none within",
    "exit_in_call": "the process ended",
    "fork_bomb": "expected",
    "memory_flood_by_many": "MiB of memory",
    "output_flood": "expected",
    "ptrace_and_signals": "expected",
    "segfault": "the process ended",
    "time_bomb_process": "expected",
}
EACH = 5  # learners who handed in the same honest notebook


def answered(notebook: dict[str, Any], source: str) -> dict[str, Any]:
    """The notebook with this text in its one solution cell."""
    changed = json.loads(json.dumps(notebook))
    for cell in changed["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "fake_quantize":
            cell["source"] = source
    return changed


def notebooks(repository: Path) -> dict[str, str]:
    """What is handed in, by its name."""
    grader = repository / "tests" / "grader"
    path = grader / "assignments" / NAME / f"{NAME}.ipynb"
    source, master = json.loads(path.read_text(encoding="utf-8")), read(path)

    def with_answer(answer: Answer) -> dict[str, Any]:
        return answered(source, next(cell.source for cell in submission(master, answer) if cell.kind == "solution"))

    solution = next(cell.source for cell in master if cell.name == "fake_quantize")
    made: dict[str, Any] = {
        "solution": source,
        "loud": answered(source, LOUD + solution),
        "without_checks": source
        | {"cells": [cell for cell, own in zip(source["cells"], master, strict=True) if own.kind != "test"]},
        "raises": answered(source, "def fake_quantize(x, scale, zero_point, bits):\n    return undefined"),
        "idle": answered(source, "def fake_quantize(x, scale, zero_point, bits):\n    raise NotImplementedError"),
    }
    for name in HONEST.keys() | SABOTEURS.keys():
        for folder in ("right_answers", "wrong_answers", "cheats"):
            file = grader / folder / NAME / f"{name}.py"
            if file.exists():
                made[name] = with_answer(read_answer(file))
    return {name: json.dumps(notebook) for name, notebook in made.items()} | {"broken": '{"cells": ['}


@pytest.fixture(scope="module")
def handed_in(repository: Path) -> dict[str, str]:
    return notebooks(repository)


@pytest.fixture(scope="module")
def learners() -> dict[str, str]:
    """Who hands in what: the saboteurs stand between the others."""
    honest = [f"{name}_{number}" for number in range(EACH) for name in HONEST]
    order: list[str] = []
    for number, name in enumerate(honest):
        order.append(name)
        if number % EACH == EACH - 1:
            order.append(sorted(SABOTEURS)[number // EACH])
    return {
        f"learner{number:02}": name.rstrip("_0123456789") for number, name in enumerate(order)
    }  # graded by their names' order


@pytest.fixture(scope="module")
def graded(
    repository: Path, handed_in: dict[str, str], learners: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Course, list[str]]:
    """The class, and what was said of it."""
    root = tmp_path_factory.mktemp("sixty")
    shutil.copytree(repository / "tests" / "grader" / "assignments" / NAME, root / "solutions" / NAME)
    shutil.copy(repository / "nbgrader_config.py", root)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(LIMITS)
    for learner, name in learners.items():
        folder = root / ".grading" / "submitted" / learner / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(handed_in[name])
    course = courses.find(root)
    (course.judged / NAME).mkdir(parents=True)
    (course.judged / NAME / "run.json").write_text(json.dumps({"seed": SEED}))
    lines: list[str] = []
    assert grade(course, Wish(NAME, jobs=2), lines.append) == Count(judged=60, unchanged=0, problems=1)
    return course, lines


def outcomes(course: Course) -> dict[str, Any]:
    folder = course.judged / NAME / "learners"
    return {path.stem: json.loads(path.read_text())["outcome"] for path in folder.glob("*.json")}


def test_the_class_is_what_it_should_be(learners: dict[str, str]) -> None:
    assert len(learners) == 60
    assert set(learners.values()) == HONEST.keys() | SABOTEURS.keys()
    assert sum(name in SABOTEURS for name in learners.values()) == 10


def test_each_of_sixty_has_a_result_with_a_reason(graded: tuple[Course, list[str]], learners: dict[str, str]) -> None:
    course, lines = graded
    found = outcomes(course)
    assert found.keys() == learners.keys()
    assert len(lines) == 60
    assert lines[-1].startswith("[60/60, 0 s left] ")
    for learner, name in learners.items():
        outcome = found[learner]
        assert sum(f" {learner}: " in line for line in lines) == 1
        lost = [each for each in outcome["results"] if each["status"] not in ("passed", "by hand")]
        assert all(each["status"] == "failed" and each["message"] for each in lost), learner
        got = sum(each["points"] for each in outcome["results"])
        if name in SABOTEURS:
            assert got <= 3, learner
            said = "\n".join([outcome["problem"], *outcome["notes"], *(each["message"] for each in lost)])
            assert SABOTEURS[name] in said, learner
        else:
            assert got == HONEST[name], learner
            assert not outcome["problem"]


def test_the_honest_get_what_they_get_alone(
    graded: tuple[Course, list[str]], learners: dict[str, str], handed_in: dict[str, str]
) -> None:
    course, _ = graded
    found = outcomes(course)
    master = course.source(NAME).read_bytes()
    hidden = [str(folder) for folder in course.secrets]
    try:
        for name in HONEST:
            task = Task(name, handed_in[name].encode(), "", [], master, SEED, course.limits, True, hidden)
            alone = json.loads(json.dumps(tasks.judge_task(task)))
            same = [learner for learner, other in learners.items() if other == name]
            assert len(same) == EACH
            for learner in same:
                for part in ("results", "notes", "problem"):  # the notebook shows how fast a progress bar was
                    assert found[learner][part] == alone[part], learner
    finally:
        tasks.close()


def test_nbgraders_database_has_them_all(graded: tuple[Course, list[str]], learners: dict[str, str]) -> None:
    course, _ = graded
    found = outcomes(course)
    with Gradebook(course.database, course.name) as book:
        book.db.connection().exec_driver_sql("PRAGMA integrity_check").one()
        submissions = {each.student.id: each.notebooks[0] for each in book.assignment_submissions(NAME)}
        assert submissions.keys() == learners.keys()
        for learner, notebook in submissions.items():
            scores = {cell.name: cell.auto_score for cell in notebook.grades}
            for result in found[learner]["results"]:
                if result["status"] != "by hand":
                    assert scores[result["name"]] == result["points"], learner
            said = "\n".join(each.comment or "" for each in notebook.comments)
            lost = sum(result["status"] == "failed" for result in found[learner]["results"])
            assert bool(lost) == (" of " in said or "Not judged" in said), learner
    autograded = list(course.folder("autograded").glob(f"*/{NAME}/{NAME}.ipynb"))
    assert len(autograded) == 60
    assert statistics.median(path.stat().st_size for path in autograded) < 100_000
