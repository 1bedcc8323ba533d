"""A small class, graded for real: bubblewrap, processes, nbgrader's database."""

import contextlib
import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest
from nbgrader.api import Gradebook
from small_class import NAME, answered, hand_in, scores

from classroom.cohort import course as courses
from classroom.cohort import records, releases, submissions
from classroom.cohort.course import Course
from classroom.cohort.feedback import feedback
from classroom.cohort.grade import Count, Wish, grade
from classroom.judging import parallel, tasks
from classroom.judging.tasks import Task
from classroom.limits import Limits
from compresslab.errors import InputError

pytestmark = pytest.mark.linux
KILLS = 20
HIDDEN = "values out of range must be clipped"
WRONG = "def fake_quantize(x, scale, zero_point, bits):\n    return x\n"
LOUD = """\
import os, sys, warnings
from tqdm import tqdm
for _ in tqdm(range(3)): pass
warnings.warn("look out")
print("<script>alert('printed')</script>", file=sys.stderr)
"""
WRITTEN = "Rounding is flat, <script>alert('written')</script> so **nothing** moves. $\\href{javascript:alert(1)}{x}$"
JUDGED = {  # points of the checks, and part of the reason where there are none
    "anna": (7, ""),
    "ben": (3, ""),
    "broken": (0, "is not a notebook"),
    "exits": (0, ""),
    "huge": (0, "bytes"),
    "idle": (0, ""),
    "link": (0, "is a link, not a file"),
    "loud": (7, ""),
    "nothing": (0, "no notebook was handed in"),
    "pipe": (0, "is no ordinary file"),
    "renamed": (7, ""),
    "several": (0, "a.ipynb, b.ipynb"),
}


@pytest.fixture(scope="module")
def graded(repository: Path, source: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(repository / "tests" / "grader" / "assignments" / NAME, root / "solutions" / NAME)
    shutil.copy(repository / "nbgrader_config.py", root)
    releases.release(root)
    released = json.loads((root / "exercises" / NAME / f"{NAME}.ipynb").read_text())
    solution = next(cell["source"] for cell in source["cells"] if cell["id"] == "fake-quantize")
    solution = "".join(solution)
    hand_in(root, "anna", source)
    hand_in(root, "ben", answered(released, fake_quantize=WRONG, explain=WRITTEN))
    hand_in(root, "broken", '{"cells": [')
    hand_in(root, "exits", answered(released, fake_quantize="import os; os._exit(0)"))
    with hand_in(root, "huge", "").open("wb") as file:
        file.truncate(submissions.MOST_BYTES + 1)
    hand_in(root, "idle", released)
    hand_in(root, "loud", answered(released, fake_quantize=LOUD + solution, explain=WRITTEN))
    hand_in(root, "nothing", "").unlink()
    hand_in(root, "renamed", source, "final (2).ipynb")
    hand_in(root, "several", source, "a.ipynb")
    hand_in(root, "several", source, "b.ipynb")
    path = hand_in(root, "link", "")
    path.unlink()
    path.symlink_to(root / "solutions" / NAME / f"{NAME}.ipynb")
    path = hand_in(root, "pipe", "")
    path.unlink()
    os.mkfifo(path)
    here = courses.find(root)
    lines: list[str] = []
    count = grade(here, Wish(NAME, jobs=2), lines.append)
    problems = sum(bool(reason) for _, reason in JUDGED.values())
    assert count == Count(judged=len(JUDGED), unchanged=0, problems=problems)
    assert len(lines) == len(JUDGED)
    assert lines[-1].startswith(f"[{len(JUDGED)}/{len(JUDGED)}, 0 s left] ")
    return here


def comments(here: Course, learner: str) -> dict[str, str]:
    with Gradebook(here.database, here.name) as book:
        notebook = book.find_submission_notebook(NAME, NAME, learner)
        return {each.name: each.comment or "" for each in notebook.comments}


def test_each_submission_gets_its_points_or_a_reason(graded: Course) -> None:
    found = scores(graded)
    points = {name: sum(auto or 0 for auto, _, _ in cells.values()) for name, cells in found.items()}
    assert points == {name: points for name, (points, _) in JUDGED.items()}
    for name, (_, reason) in JUDGED.items():
        if reason:
            assert all(auto == 0 and look for auto, _, look in found[name].values())
            assert reason in comments(graded, name)["fake_quantize"]


def test_an_answer_in_words_waits_for_a_person_unless_there_is_none(graded: Course) -> None:
    found = {name: cells["explain"] for name, cells in scores(graded).items()}
    assert found["ben"] == found["anna"] == (None, None, True)
    assert found["idle"] == (0, None, False)
    assert comments(graded, "idle")["explain"] == "No response."


def test_messages_are_comments_where_the_answer_is(graded: Course) -> None:
    said = comments(graded, "ben")["fake_quantize"]
    assert "quantize_values: 0 of 2 points" in said
    assert "\n    likely cause: do you round, add z, and clamp, in this order?" in said
    assert comments(graded, "anna")["fake_quantize"] == ""


def test_what_is_unchanged_is_not_judged_again(graded: Course) -> None:
    before = scores(graded)
    problems = sum(bool(reason) for _, reason in JUDGED.values())
    assert grade(graded, Wish(NAME), lambda line: None) == Count(0, len(JUDGED), problems)
    assert scores(graded) == before


def exported(here: Course, *options: str) -> dict[str, dict[str, str]]:
    command = [sys.executable, "-m", "nbgrader", "export", "--to=.grading/grades.csv", *options]
    subprocess.run(command, cwd=here.root, check=True, capture_output=True)
    with (here.root / ".grading" / "grades.csv").open() as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_nbgrader_exports_the_grades_and_no_number_for_what_waits(graded: Course) -> None:
    rows = exported(graded, "--GradesExporter.partial=True")
    assert {name: float(row["score"]) for name, row in rows.items()} == {n: p for n, (p, _) in JUDGED.items()}
    assert {row["timestamp"] for row in rows.values()} == {"2026-01-02 03:04:05"}
    rows = exported(graded)
    done = dict.fromkeys(("exits", "idle"), "0")  # they wrote nothing that a person must look at
    assert {name: row["score"] for name, row in rows.items() if row["score"]} == done
    assert {row["state"] for name, row in rows.items() if name not in done} == {"waits for a grade by hand"}


def test_pages_hold_messages_and_neither_scripts_nor_hidden_checks(graded: Course) -> None:
    assert feedback(graded, NAME) == len(JUDGED)
    pages = {
        path.parts[-3]: path.read_text(encoding="utf-8") for path in graded.folder("feedback").rglob(f"{NAME}.html")
    }
    assert set(pages) == set(JUDGED)
    for name, page in pages.items():
        for loaded in ("<script", "<img", "<link", "<iframe", "src=", "http:", "https:", "javascript:alert(1)}<"):
            assert loaded not in page
        for secret in (HIDDEN, "HIDDEN TESTS", "Traceback", "most recent call", "lib/classroom"):
            assert secret not in page
        assert ("BEGIN SOLUTION" in page) == (name in ("anna", "loud", "renamed"))  # who handed it in
    assert "likely cause: do you round, add z, and clamp, in this order?" in pages["ben"]
    assert "&lt;script&gt;alert('written')&lt;/script&gt;" in pages["ben"]
    assert "&lt;script&gt;alert(&#x27;printed&#x27;)&lt;/script&gt;" in pages["loud"]
    assert "Not judged: no notebook was handed in." in pages["nothing"]
    assert "7 of 7 points so far; 2 more wait for a person" in pages["anna"]
    assert "anna, handed in 2026-01-02 03:04 UTC" in pages["anna"]
    rows = [row.partition('"')[0] for row in pages["ben"].split('<tr class="')[1:]]
    assert rows == sorted(rows, key=("lost", "waits", "passed").index) and len(set(rows)) == 3
    assert pages["ben"].count("<main>") == 1 and "<strong>nothing</strong>" in pages["ben"]
    assert '<span class="k">def</span>' in pages["ben"], "code has no colours"
    beside = graded.folder("feedback") / "anna" / NAME
    assert {path.name for path in beside.iterdir()} == {f"{NAME}.html", "timestamp.txt", "submission_secret.txt"}


def test_the_graded_notebook_brings_no_html_of_a_learners_to_the_formgrader(graded: Course) -> None:
    import nbgrader
    from nbconvert.exporters import HTMLExporter

    templates = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[str(templates)])
    for learner in ("ben", "loud"):
        path = graded.folder("autograded") / learner / NAME / f"{NAME}.ipynb"
        page, _ = exporter.from_filename(str(path), resources={"index": 0, "total": 1, "base_url": ""})
        assert "<script>alert" not in page
        assert "<strong>nothing</strong>" in page
        assert "\\href" not in page
        assert HIDDEN not in page


def test_scores_by_hand_stay_until_the_answer_changes(make_class, source: dict[str, Any]) -> None:
    here = make_class(anna=source)
    assert grade(here, Wish(NAME, jobs=1), lambda line: None).judged == 1
    with Gradebook(here.database, here.name) as book:
        given = book.find_grade("explain", NAME, NAME, "anna")
        given.manual_score, given.needs_manual_grade = 2.0, False
        book.find_comment("explain", NAME, NAME, "anna").manual_comment = "Well said."
        book.db.commit()
    grade(here, Wish(NAME, jobs=1, again=True), lambda line: None)
    assert scores(here)["anna"]["explain"] == (None, 2.0, False)
    hand_in(here.root, "anna", answered(source, explain="Something else."))
    grade(here, Wish(NAME, jobs=1), lambda line: None)
    assert scores(here)["anna"]["explain"] == (None, None, True)
    assert comments(here, "anna")["explain"] == "Well said."


def test_one_check_is_judged_anew_and_the_others_keep_their_results(make_class, source: dict[str, Any]) -> None:
    here = make_class(ben=answered(source, fake_quantize=WRONG))
    grade(here, Wish(NAME, jobs=1), lambda line: None)
    before = scores(here)["ben"]
    assert before["quantize_values"][0] == before["gradient_stops"][0] == 0
    lenient = answered(source, quantize_values="assert learner.call('fake_quantize', torch.ones(1), 1.0, 0, 4)")
    here.source(NAME).write_text(json.dumps(lenient))
    grade(here, Wish(NAME, jobs=1, cell="quantize_values"), lambda line: None)
    after = scores(here)["ben"]
    assert after.pop("quantize_values")[0] == 2
    before.pop("quantize_values")
    assert after == before
    assert grade(here, Wish(NAME, jobs=1), lambda line: None).unchanged == 1
    with pytest.raises(InputError, match=r"no check nonsense .*: choose from quantize_values"):
        grade(here, Wish(NAME, cell="nonsense"))


def test_the_late_policy_is_nbgraders(make_class, source: dict[str, Any]) -> None:
    here = make_class(anna=source)
    with (here.root / "nbgrader_config.py").open("a") as file:
        file.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    here = courses.find(here.root)
    releases.register(here.root, NAME)
    with Gradebook(here.database, here.name) as book:
        book.update_or_create_assignment(NAME, duedate="2026-01-01 00:00:00 UTC")
    grade(here, Wish(NAME, jobs=1), lambda line: None)
    with Gradebook(here.database, here.name) as book:
        assert book.find_submission_notebook(NAME, NAME, "anna").late_submission_penalty == 7


def outcomes(here: Course) -> dict[str, Any]:
    folder = here.judged / NAME / "learners"
    return {path.stem: json.loads(path.read_text())["outcome"] for path in folder.glob("*.json")}


def test_a_run_killed_at_twenty_random_moments_goes_on_and_gives_the_same(make_class, source: dict[str, Any]) -> None:
    notebooks = {f"learner{number:02}": answered(source, explain=str(number)) for number in range(KILLS + 10)}
    for learner in list(notebooks)[::3]:
        notebooks[learner] = answered(source, fake_quantize=WRONG, explain=learner)
    whole, killed = make_class("whole", **notebooks), make_class("killed", **notebooks)
    for here in (whole, killed):
        (here.judged / NAME).mkdir(parents=True)
        (here.judged / NAME / "run.json").write_text('{"seed": 7}')
    grade(whole, Wish(NAME, jobs=2), lambda line: None)

    random = Random(20)
    judged = []
    for _ in range(KILLS):
        before = len(outcomes(killed))
        command = [sys.executable, "-m", "classroom", "grade", NAME, "--jobs", "2"]
        run = subprocess.Popen(command, cwd=killed.root, stdout=subprocess.DEVNULL)
        wanted = before + random.choice([0, 1, 1])  # some are killed while they start
        while run.poll() is None and len(outcomes(killed)) < wanted:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.1 if wanted > before else 4))
        started = psutil.Process(run.pid).children(recursive=True)
        run.send_signal(signal.SIGKILL)
        assert run.wait() == -signal.SIGKILL, "it was over before it could be killed"
        _, alive = psutil.wait_procs(started, timeout=60)
        assert not alive
        judged.append(len(outcomes(killed)))
        path = killed.root / ".grading" / "gradebook.db"
        if path.exists():
            with contextlib.closing(sqlite3.connect(path)) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert judged == sorted(judged), "a record was lost"

    count = grade(killed, Wish(NAME, jobs=2), lambda line: None)
    assert count.unchanged == judged[-1] and count.judged == len(notebooks) - judged[-1] > 0
    assert outcomes(killed) == outcomes(whole)
    assert scores(killed) == scores(whole)
    for here in (whole, killed):
        assert feedback(here, NAME) == len(notebooks)


def test_a_new_run_has_new_trials_and_a_repeated_one_the_same(make_class, source: dict[str, Any]) -> None:
    here = make_class(anna=source)
    record = here.judged / NAME / "learners" / "anna.json"
    seeds = []
    for wish, notebook in ((Wish(NAME, jobs=1), source), (Wish(NAME, jobs=1, again=True), source)):
        hand_in(here.root, "anna", notebook)
        grade(here, wish, lambda line: None)
        seeds.append(json.loads(record.read_text())["seed"])
    hand_in(here.root, "anna", answered(source, explain="new"))
    grade(here, Wish(NAME, jobs=1), lambda line: None)
    seeds.append(json.loads(record.read_text())["seed"])
    assert seeds[0] == seeds[1] != seeds[2]
    assert here.judged.stat().st_mode & 0o077 == 0


def test_a_submission_that_ends_the_judge_is_left_out_and_the_others_are_judged(
    tmp_path: Path, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deadly.py").write_text(
        "import os\ndef work(task):\n    if task.learner == 'b': os._exit(1)\n    return {'fine': task.learner}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    from deadly import work

    master = json.dumps(source).encode()
    tasks = [Task(name, b"", "", [], master, 1, Limits(), True, []) for name in "abcd"]
    done = {task.learner: outcome for task, outcome in parallel.in_processes(tasks, 2, work)}
    assert {name: outcome.get("fine") for name, outcome in done.items()} == {"a": "a", "b": None, "c": "c", "d": "d"}
    assert done["b"]["problem"] == "the judge itself ended over it, twice"


STALLS = """\
import re, time
from classroom.judging.tasks import not_judged
def work(task):
    if task.learner == "computes": re.match("(a+)+$", "a" * 64 + "b")  # in C: no handler of a signal runs meanwhile
    if task.learner == "waits": time.sleep(10**6)
    return {"fine": task.learner}
"""


def test_a_submission_that_stalls_the_judge_is_left_out_and_the_others_are_judged(
    tmp_path: Path, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stalling.py").write_text(STALLS)
    monkeypatch.syspath_prepend(tmp_path)
    from stalling import work

    master = json.dumps(source).encode()
    limits = Limits(judge_seconds=1, submission_seconds=0.1)
    tasks = [Task(name, b"", "", [], master, 1, limits, True, []) for name in ("a", "computes", "waits", "z")]
    done = {task.learner: outcome for task, outcome in parallel.in_processes(tasks, 2, work)}
    assert done["a"] == {"fine": "a"} and done["z"] == {"fine": "z"}
    for name in ("computes", "waits"):
        assert done[name]["problem"] == "it kept the judge busy for too long (1 s of computing are the most)"
        assert all(result["points"] == 0 for result in done[name]["results"])


def test_who_got_no_time_beside_others_is_judged_again_alone(
    make_class, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make_class(anna=source, ben=source)
    in_processes, rounds = parallel.in_processes, []

    def starve_ben_at_first(tasks: Any, jobs: int) -> Any:
        for task, outcome in in_processes(tasks, jobs):
            rounds.append((task.learner, jobs))
            if task.learner == "ben" and jobs > 1:
                outcome |= {"starved": True, "results": [result | {"points": 0} for result in outcome["results"]]}
            yield task, outcome

    monkeypatch.setattr(parallel, "in_processes", starve_ben_at_first)
    grade(here, Wish(NAME, jobs=2), lambda line: None)
    assert sorted(rounds) == [("anna", 2), ("ben", 1), ("ben", 2)]
    assert sum(auto or 0 for auto, _, _ in scores(here)["ben"].values()) == 7


def test_a_submission_that_the_judge_stumbles_over_gets_a_reason(
    source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*args: Any, **kwargs: Any) -> Any:
        raise OverflowError("an integer beyond any float")

    monkeypatch.setattr(tasks, "_judge", stumble)
    content = json.dumps(source).encode()
    outcome = tasks.judge_task(Task("anna", content, "", [], content, 1, Limits(), True, []))
    assert outcome["problem"] == "the judge failed over it: OverflowError: an integer beyond any float"
    assert all(result["points"] == 0 for result in outcome["results"])


def test_a_repaired_grader_judges_again(make_class, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    here = make_class(anna=source)
    assert grade(here, Wish(NAME, jobs=1), lambda line: None).judged == 1
    assert grade(here, Wish(NAME, jobs=1), lambda line: None).judged == 0
    monkeypatch.setattr(records, "code_that_judges", lambda sources: "mended")
    assert grade(here, Wish(NAME, jobs=1), lambda line: None).judged == 1


def test_a_run_reads_the_code_that_judges_once(
    make_class, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[None] = []
    monkeypatch.setattr(records, "code_that_judges", lambda sources: read.append(None) or "as it is")
    here = make_class(anna=source, berta=source, carla=source)
    assert grade(here, Wish(NAME, jobs=1), lambda line: None).judged == 3
    assert len(read) == 1


def test_lateness_is_of_what_was_judged(make_class, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    here = make_class(anna=source)
    stamp = here.folder("submitted") / "anna" / NAME / "timestamp.txt"
    stamp.write_text("2026-01-01 12:00:00 UTC")
    judged_one = parallel.in_processes

    def and_meanwhile(*args: Any) -> Any:
        for each in judged_one(*args):
            stamp.write_text("2026-02-02 12:00:00 UTC")  # handed in again while the first is judged
            yield each

    monkeypatch.setattr(parallel, "in_processes", and_meanwhile)
    grade(here, Wish(NAME, jobs=1), lambda line: None)
    with Gradebook(here.database, here.name) as book:
        assert str(book.find_submission(NAME, "anna").timestamp).startswith("2026-01-01 12:00")


def test_a_judge_does_not_use_one_sandbox_for_another(source: dict[str, Any]) -> None:
    content = json.dumps(source).encode()
    task = Task("anna", content, "", [], content, 1, Limits(), sandboxed=False, hidden=[])
    started = []
    for sandboxed in (False, False, True):
        assert tasks.judge_task(replace(task, sandboxed=sandboxed))["problem"] == ""
        started.append(tasks._fork_server)
    tasks.close()
    assert started[0] is started[1] is not started[2]


def test_machines_of_a_cluster_judge_as_this_one(make_class, source: dict[str, Any]) -> None:
    here = make_class(anna=source, ben=answered(source, fake_quantize=WRONG), idle="{}")
    # In a process of its own, since Ray leaves some that it started; and a busy machine may start them slowly.
    command = [sys.executable, "-m", "classroom", "grade", NAME, "--ray", "local"]
    patient = {"RAY_AUTH_MODE": "disabled", "RAY_raylet_start_wait_time_s": "300"}
    done = subprocess.run(command, cwd=here.root, env=os.environ | patient, capture_output=True, text=True, check=False)
    assert "1 could not be judged" in done.stdout, done.stderr  # idle's notebook
    before = outcomes(here)
    grade(here, Wish(NAME, jobs=1, again=True), lambda line: None)
    assert outcomes(here) == before
    assert len(before) == 3


def test_without_ray_the_remedy_is_named(make_class, source: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match="Ray is not installed"):
        grade(make_class(anna=source), Wish(NAME, ray="local"))


def test_two_runs_of_one_assignment_exclude_each_other(make_class, source: dict[str, Any]) -> None:
    from classroom.cohort.grade import _alone

    here = make_class(anna=source)
    with _alone(here.judged / NAME), pytest.raises(InputError, match="being graded already"):
        grade(here, Wish(NAME))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nonsense"], f"no assignment nonsense in .*: choose from {NAME}"),
        ([NAME, "nobody"], rf"nothing handed in for {NAME} by nobody: .*nobody/{NAME}"),
        ([NAME, "--cell", "nonsense"], "choose from quantize_values"),
    ],
)
def test_the_command_says_what_is_wrong(
    graded: Course, arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from classroom.__main__ import main

    monkeypatch.chdir(graded.root)
    assert main(["grade", *arguments]) == 2
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 1
    import re

    assert re.search(reason, shown)


def test_the_modules_of_a_notebook_are_found(source: dict[str, Any]) -> None:
    from classroom.notebook.cells import parse

    assert tasks.modules_of(parse(json.dumps(source).encode(), "")) == ["torch", "classroom"]
