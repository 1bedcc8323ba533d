"""Stock nbgrader grades the notebooks as the judge does: its own commands, from the release to the grades."""

import csv
import html
import json
import os
import pwd
import subprocess
import sysconfig
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from classroom.cohort.going_on import TAG
from classroom.judging.judge import judge
from classroom.notebook.cells import read
from classroom.sandbox.fork_server import ForkServer, Limits, Session

NAME = "straight_through"
NOTEBOOK = f"{NAME}/{NAME}.ipynb"
ALMOST = """\
def fake_quantize(x, scale, zero_point, bits):
    import sys, warnings
    warnings.warn("a warning costs nothing")
    print("nor does this", file=sys.stderr)
    q = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return x + ((q - zero_point) * scale - x).detach()
"""


def nbgrader(folder: Path, *arguments: str) -> str:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    done = subprocess.run(
        ["nbgrader", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def hand_in(course: Path, learner: str, source: str | None) -> None:
    """Put a notebook where a learning platform would, the released one with this source for its function."""
    notebook = json.loads((course / "exercises" / NOTEBOOK).read_text())
    (cell,) = [
        cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == "fake_quantize"
    ]
    cell["source"] = source or cell["source"]
    path = course / ".grading" / "submitted" / learner / NOTEBOOK
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def graded(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three submissions: the solution through the exchange, an unmodified release, and one mistake."""
    exchange = course / ".grading" / "exchange"
    nbgrader(course, "release_assignment", NAME)
    home = tmp_path_factory.mktemp("learner")
    settings = ["--course=model_compression", f"--Exchange.root={exchange}", f"--Exchange.cache={home / 'cache'}"]
    nbgrader(home, "fetch_assignment", NAME, *settings)
    assert (home / NOTEBOOK).read_bytes() == (course / "exercises" / NOTEBOOK).read_bytes()
    (home / NOTEBOOK).write_bytes((course / "solutions" / NOTEBOOK).read_bytes())
    nbgrader(home, "submit", NAME, *settings)
    nbgrader(course, "collect", NAME)
    hand_in(course, "idle", None)
    hand_in(course, "almost", ALMOST)
    nbgrader(course, "autograde", NAME)
    nbgrader(course, "generate_feedback", NAME)
    nbgrader(course, "export", "--to=.grading/grades.csv", "--GradesExporter.partial=True")
    return course


def test_grades_are_exported(graded: Path) -> None:
    with (graded / ".grading" / "grades.csv").open() as file:
        scores = {row["student_id"]: row for row in csv.DictReader(file) if row["assignment"] == NAME}
    me = pwd.getpwuid(os.getuid()).pw_name
    assert {name: float(row["score"]) for name, row in scores.items()} == {me: 7, "idle": 0, "almost": 5}
    assert {float(row["max_score"]) for row in scores.values()} == {9}  # with the answer that is graded by hand


def test_each_cell_gets_what_the_judge_gives(graded: Path, fork_server: ForkServer) -> None:
    master = read(graded / "solutions" / NOTEBOOK)
    with Gradebook(f"sqlite:///{graded}/.grading/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(NAME):
            (notebook,) = submission.notebooks
            submitted = read(graded / ".grading" / "submitted" / submission.student.id / NOTEBOOK)
            with Session(fork_server, Limits(), 1) as session:
                judgement = judge(master, submitted, session, seed=1)
            judged = {result.name: result.points for result in judgement.results}
            assert {grade.name: grade.auto_score or 0 for grade in notebook.grades} == judged


def test_a_check_that_fails_loses_its_points_though_run_all_goes_on_behind_it(graded: Path) -> None:
    """The tag is for JupyterLab: neither nbgrader's autograde nor its Validate takes it for a pass."""
    path = graded / ".grading" / "submitted" / "idle" / NOTEBOOK
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells if TAG in cell["metadata"].get("tags", [])]
    assert tagged == [cell.name for cell in read(path) if cell.kind == "test"] != []
    with Gradebook(f"sqlite:///{graded}/.grading/gradebook.db") as gradebook:
        (notebook,) = gradebook.find_submission(NAME, "idle").notebooks
        assert [grade.auto_score for grade in notebook.grades if grade.name in tagged] == [0] * len(tagged)
    failed = len(tagged) + 1  # and the answer in words, which isn't there
    assert f"VALIDATION FAILED ON {failed} CELL(S)!" in nbgrader(path.parent, "validate", path.name)


def test_feedback_shows_the_message_and_no_traceback(graded: Path) -> None:
    found = (graded / ".grading" / "feedback").rglob("*.html")
    pages = {path.parts[-3]: html.unescape(path.read_text(encoding="utf-8")) for path in found}
    assert "a clipped value does not move its output" in pages["almost"]
    assert "nor does this" in pages["almost"]
    assert "the function isn't written yet" in pages["idle"]
    for page in pages.values():
        assert "most recent call last" not in page
        assert "lib/classroom" not in page
