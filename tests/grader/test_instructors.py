"""The commands of INSTRUCTORS.md, run in their order on a small class: from the release to what learners get back."""

import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.linux
NAME, LAST = "ch01_why_compression", "ch18_capstone"
AS_IT_STANDS = ("python ", "nbgrader ")
LEARNERS = {"anna": "solutions", "idle": "exercises"}
MODELS = {"anna": "capstone/quick/Q+D.onnx", "idle": "grading/capstone_baseline.onnx"}  # for the last assignment


@pytest.fixture(scope="module")
def commands(repository: Path) -> list[str]:
    """The lines of the document's blocks, without their comments; make's target as what it runs."""
    text = (repository / "course" / "INSTRUCTORS.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    made = [
        subprocess.run(
            ["make", "-n", "--no-print-directory", *line.split()[1:]],
            cwd=repository,
            capture_output=True,
            text=True,
            check=True,
        )
        .stdout.splitlines()[-1]
        .replace(".venv/bin/", "")
        if line.startswith("make ")
        else line
        for line in lines
    ]
    assert [line.split()[0] for line in made if not line.startswith(AS_IT_STANDS)] == ["sudo", "source", "jupyter"]
    return [line for line in made if line.startswith(AS_IT_STANDS)]


def test_the_speed_in_the_document_is_the_recorded_one(repository: Path) -> None:
    recorded = json.loads((repository / "reference" / "grading" / "speed.json").read_text(encoding="utf-8"))
    seconds = statistics.median(each["our_seconds"] for each in recorded["rounds"])
    said = (
        f"A class of {recorded['learners']} whose notebooks import torch takes {seconds:.0f} s on two cores, "
        f"nbgrader's own `autograde` {recorded['ratio']['median']:.1f} times as long"
    )
    assert said in (repository / "course" / "INSTRUCTORS.md").read_text(encoding="utf-8")
    assert recorded["jobs"] == 2 and recorded["same_scores"]


def test_the_documents_commands_lead_to_grades(repository: Path, commands: list[str], tmp_path: Path) -> None:
    for name in (NAME, LAST):
        shutil.copytree(repository / "solutions" / name, tmp_path / "solutions" / name)
    shutil.copy(repository / "nbgrader_config.py", tmp_path)
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    said = {}
    for command in commands:
        if " doctor" in command:
            for learner, folder in LEARNERS.items():
                for name in (NAME, LAST):
                    handed_in = tmp_path / ".grading" / "submitted" / learner / name
                    handed_in.mkdir(parents=True)
                    shutil.copy(tmp_path / folder / name / f"{name}.ipynb", handed_in)
                shutil.copy(repository / "reference" / MODELS[learner], handed_in / "model.onnx")
        done = subprocess.run(
            [sys.executable if word == "python" else word for word in command.split()],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        said[command.partition(NAME)[0].strip()] = done.stdout
    assert "2 judged, 0 unchanged since they were; 0 could not be judged." in said["python -m classroom grade"]
    released = json.loads((tmp_path / "exercises" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    assert "BEGIN SOLUTION" not in json.dumps(released)
    measured = json.loads((tmp_path / ".grading" / "capstone" / "results.json").read_text(encoding="utf-8"))["learners"]
    assert {name: each["flags"][-1].rpartition(", ")[2] for name, each in measured.items()} == {
        "anna": "copy by copy: is it that file?",
        "idle": "copy by copy: is it the baseline?",
    }
    assert "chapter 18's Q+D.onnx" in measured["anna"]["flags"][-1]
    pages = sorted(page.parent.parent.name for page in (tmp_path / ".grading" / "feedback").rglob("*.html"))
    assert pages == sorted(LEARNERS)
    handed_back = list((tmp_path / ".grading" / "exchange" / "model_compression" / "feedback").glob("*.html"))
    assert len(handed_back) == len(LEARNERS)
    rows = (tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 2 * len(LEARNERS)  # of both assignments


def test_the_time_of_a_class_is_in_proportion_to_its_size_as_recorded(repository: Path) -> None:
    recorded = json.loads((repository / "reference" / "grading" / "class_sizes.json").read_text(encoding="utf-8"))
    small, middle, large = recorded["sizes"]
    assert [size["learners"] for size in (small, middle, large)] == [30, 100, 300]
    slopes = [
        (more["seconds"] - less["seconds"]) / (more["learners"] - less["learners"])
        for less, more in ((small, middle), (middle, large))
    ]
    assert 0.8 < slopes[1] / slopes[0] < 1.25
    text = (repository / "course" / "INSTRUCTORS.md").read_text(encoding="utf-8")
    assert f"each further one took {recorded['seconds_per_further_submission']:.2f} s" in text


def test_what_a_second_worker_saves_and_what_a_killed_one_costs_stands_in_the_document(repository: Path) -> None:
    script = repository / "reference" / "grading" / "workers.py"
    recorded = json.loads(script.with_suffix(".json").read_text(encoding="utf-8"))
    assert recorded["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert recorded["same_scores"]
    seconds = {
        (run["assignment"], run["learners"], run["how"], run["workers"]): run["seconds"] for run in recorded["runs"]
    }
    chapter, small = ("ch04_magnitude_pruning", 24), ("straight_through", 300)

    def took(*key: str | int) -> str:
        return f"{seconds[key]:.0f}"

    said = [
        f"take {took(*chapter, 'processes', 2)} s instead of {took(*chapter, 'processes', 1)}",
        f"300 of the small one {took(*small, 'processes', 2)} s instead of {took(*small, 'processes', 1)}",
        f"takes {took(*chapter, 'Ray', 1)} and {took(*chapter, 'Ray', 2)} s, and {took(*small, 'Ray', 1)} and "
        f"{took(*small, 'Ray', 2)} s",
        f"cost {seconds[*small, 'Ray, one killed', 2] - seconds[*small, 'Ray', 2]:.0f} s: everybody was graded",
    ]
    text = (repository / "course" / "INSTRUCTORS.md").read_text(encoding="utf-8")
    assert [each for each in said if each not in text] == []
    for each in (chapter, small):
        for how in ("processes", "Ray"):
            assert seconds[*each, how, 2] < 0.9 * seconds[*each, how, 1]
    hundred = ("straight_through", 100)
    for workers in (1, 2):
        assert seconds[*small, "processes", workers] < 3 * seconds[*hundred, "processes", workers]


def test_how_stable_a_measured_time_is_stands_in_the_document_as_recorded(repository: Path) -> None:
    found = json.loads((repository / "reference" / "grading" / "capstone_stability.json").read_text(encoding="utf-8"))
    tries = [each for name in ("as it is", "one core loaded") for each in found[name]]
    assert len(tries) == 20 and len({each["time_points"] for each in tries}) == 1
    times, loads = ([each[name] for each in tries] for name in ("time_percent", "load_average"))
    text = (repository / "course" / "INSTRUCTORS.md").read_text(encoding="utf-8")
    assert f"took {min(times):.1f} to {max(times):.1f}% of its time, and got the same step in all twenty" in text
    assert f"with a load average of {min(loads):.0f} to {max(loads):.0f}" in text
    script = repository / "reference" / "grading" / "capstone_stability.py"
    assert found["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
