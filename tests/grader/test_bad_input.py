"""What every class hands in: late, twice, another assignment's or course's, a wrong name, nothing, ids of all kinds."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from small_class import NAME, answered, hand_in, scores

from classroom.cohort import course as courses
from classroom.cohort import releases
from classroom.cohort.course import Course
from classroom.cohort.feedback import feedback
from classroom.cohort.grade import Wish, grade

pytestmark = pytest.mark.linux
WRONG = "def fake_quantize(x, scale, zero_point, bits):\n    return x\n"
NAMES = ("Åsa Öberg", "o'neill.42@example.org", "小林さん", "علي")


@pytest.fixture(scope="module")
def handed_in(repository: Path, source: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, str]:
    """A class with one of each, graded; and what the instructor was told."""
    root = tmp_path_factory.mktemp("class")
    assignments = repository / "tests" / "grader" / "assignments"
    shutil.copytree(assignments / NAME, root / "solutions" / NAME)
    shutil.copy(repository / "nbgrader_config.py", root)
    here = courses.find(root)
    other = json.loads((assignments / "zeros_stay_zero" / "zeros_stay_zero.ipynb").read_text(encoding="utf-8"))
    for name in ("late", *NAMES):
        hand_in(root, name, source)
    hand_in(root, "another course", other)
    hand_in(root, "wrong name", source, "Untitled (1).ipynb")
    hand_in(root, "empty file", "")
    hand_in(root, "no notebook", source).unlink()
    hand_in(root, "a report", "Dear teacher", "report.docx")
    (root / ".grading" / "submitted" / "nothing" / NAME).mkdir(parents=True)
    stamp = here.folder("submitted") / "late" / NAME / "timestamp.txt"
    stamp.write_text("2026-03-01 23:59:59 UTC")
    with releases.scripts_on_path(), Gradebook(here.database, here.name) as book:
        book.update_or_create_assignment(NAME, duedate=datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None))
    lines: list[str] = []
    count = grade(here, Wish(NAME, jobs=2), lines.append)
    assert count.judged == 7 + len(NAMES)
    feedback(here, NAME)
    return here, "\n".join(lines)


def points(here: Course, learner: str) -> float:
    return sum(auto or 0 for auto, _, _ in scores(here)[learner].values())


@pytest.mark.parametrize(
    ("learner", "said"),
    [
        ("empty file", "empty file: not judged: .*is not a notebook: download or save it again"),
        ("no notebook", "no notebook: not judged: no notebook was handed in"),
        ("a report", "a report: not judged: no notebook was handed in, only report.docx"),
        ("nothing", "nothing: not judged: no notebook was handed in"),
    ],
)
def test_what_cannot_be_judged_is_said_and_is_worth_nothing(handed_in: Any, learner: str, said: str) -> None:
    here, told = handed_in
    assert re.search(said, told), told
    assert points(here, learner) == 0


def test_a_wrong_name_costs_nothing_where_there_is_one_notebook(handed_in: Any) -> None:
    here, told = handed_in
    assert "wrong name: 7 of 7 points" in told
    assert points(here, "wrong name") == 7


def test_another_assignments_notebook_loses_everything_and_says_which_cells_are_missing(handed_in: Any) -> None:
    here, told = handed_in
    assert "another course: 0 of 7 points" in told
    record = json.loads((here.judged / NAME / "learners" / "another course.json").read_text())
    assert "cell fake_quantize is missing" in record["outcome"]["notes"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_kinds_are_graded_and_get_their_page(handed_in: Any, name: str) -> None:
    here, told = handed_in
    assert f"{name}: 7 of 7 points" in told
    assert points(here, name) == 7
    page = here.folder("feedback") / name / NAME / f"{NAME}.html"
    assert page.stat().st_size > 1000


def test_late_work_is_graded_and_known_as_late(handed_in: Any) -> None:
    here, told = handed_in
    assert "late: 7 of 7 points" in told
    with Gradebook(here.database, here.name) as book:
        late = {name: book.find_submission(NAME, name).total_seconds_late for name in ("late", NAMES[0])}
    assert late == {"late": 86399.0, NAMES[0]: 0.0}


def test_of_two_attempts_the_last_is_graded_and_said(make_class: Any, source: dict[str, Any]) -> None:
    here = make_class(anna=answered(source, fake_quantize=WRONG))
    grade(here, Wish(NAME, jobs=1), lambda line: None)
    before = points(here, "anna")
    hand_in(here.root, "anna", source)
    count = grade(here, Wish(NAME, jobs=1), lambda line: None)
    assert (count.judged, count.unchanged) == (1, 0)
    assert before < points(here, "anna") == 7


def exchange(folder: Path, step: str, *settings: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    command = ["nbgrader", step, NAME, *settings]
    return subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )


def test_a_wrong_course_is_refused_at_each_step_of_the_exchange_and_named(
    repository: Path, course: Path, tmp_path: Path
) -> None:
    """nbgrader's own words, which INSTRUCTORS.md explains; another course of the exchange gets nothing either."""
    root, home = tmp_path / "teaching", tmp_path / "learner"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns(".grading"))
    home.mkdir()
    assert exchange(root, "release_assignment").returncode == 0
    shared = root / ".grading" / "exchange"
    (shared / "another" / "inbound").mkdir(parents=True)
    (shared / "another" / "outbound").mkdir()
    right, typo, other = (f"--course={name}" for name in ("model_compression", "model_compresion", "another"))
    here = [f"--Exchange.root={shared}", f"--Exchange.cache={tmp_path / 'cache'}"]
    assert exchange(home, "fetch_assignment", right, *here).returncode == 0
    document = (repository / "course" / "INSTRUCTORS.md").read_text(encoding="utf-8")
    for folder, step, course_id, said in (
        (tmp_path, "fetch_assignment", typo, "Assignment not found at: {}/model_compresion/outbound"),
        (tmp_path, "fetch_assignment", other, "Assignment not found at: {}/another/outbound"),
        (home, "submit", typo, "Inbound directory doesn't exist: {}/model_compresion/inbound"),
        (home, "submit", other, "Assignment not found: {}/another/outbound"),
        (root, "collect", typo, "Course not found: {}/model_compresion/inbound"),
    ):
        done = exchange(folder, step, course_id, *here)
        assert done.returncode != 0, step
        assert said.format(shared) in done.stderr, f"{step} {course_id}"
        assert f"*{said.partition(':')[0]}*" in document
    assert not (shared / "model_compresion").exists()
    assert list(shared.glob("*/inbound/*")) == []
    assert not (tmp_path / NAME).exists()
    assert exchange(home, "submit", right, *here).returncode == 0
    assert len(list(shared.glob("model_compression/inbound/*"))) == 1
