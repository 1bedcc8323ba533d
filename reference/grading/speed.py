"""How much faster `classroom grade` is than nbgrader's own autograding, side by side, and whether they agree.

    python reference/grading/speed.py

A class of 30 hands in honest, silent work: the solution, other right answers, and wrong ones. In each round a copy of
the class is graded by stock nbgrader, then another by `classroom grade` in its sandbox, both from their command lines.
Writes speed.json beside this file.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook  # type: ignore[import-untyped]

from classroom.authoring.harness import read_answer, submission
from classroom.cohort import course as courses
from classroom.cohort import releases
from classroom.notebook.cells import read
from compresslab.files import write_json
from compresslab.hardware import machine

NAME = "straight_through"  # a notebook that imports torch; its checks compute little, as those of most notebooks
LEARNERS = 30
ROUNDS = 3
JOBS = 2
REPOSITORY = Path(__file__).parents[2]
GRADER = REPOSITORY / "tests" / "grader"


def main() -> None:
    """Measure, compare and record."""
    rounds = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            stock, ours = (make_class(Path(folder, name)) for name in ("stock", "ours"))
            seconds = {
                "stock_seconds": timed(stock, "nbgrader", "autograde", NAME),
                "our_seconds": timed(ours, "python", "-m", "classroom", "grade", NAME, "--jobs", str(JOBS)),
            }
            found = {"stock": scores(stock), "ours": scores(ours)}
        assert found["stock"] == found["ours"], found
        rounds.append(seconds | {"ratio": seconds["stock_seconds"] / seconds["our_seconds"]})
        print(f"round {number + 1}: {rounds[-1]}", flush=True)
    points = [sum(each.values()) for each in found["ours"].values()]
    ratios = [each["ratio"] for each in rounds]
    write_json(
        Path(__file__).with_suffix(".json"),
        {
            "learners": LEARNERS,
            "jobs": JOBS,
            "rounds": [{name: round(value, 2) for name, value in each.items()} for each in rounds],
            "ratio": {"median": round(statistics.median(ratios), 2), "low": round(min(ratios), 2)},
            "same_scores": True,  # else this script has ended
            "points": {"lowest": min(points), "highest": max(points)},
            "machine": machine().to_dict(),
        },
    )


def make_class(root: Path, learners: int = LEARNERS) -> Path:
    """A course with one assignment, released, and what everyone handed in."""
    shutil.copytree(GRADER / "assignments" / NAME, root / "solutions" / NAME)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    releases.release(root)
    released = json.loads((root / "exercises" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    different = answers()
    for number in range(learners):
        notebook = json.loads(json.dumps(released))
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "fake_quantize":
                cell["source"] = different[number % len(different)]
        folder = root / ".grading" / "submitted" / f"learner{number:03}" / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return root


def answers() -> list[str]:
    """The solution, and every right and wrong answer of the grader's tests."""
    master = read(GRADER / "assignments" / NAME / f"{NAME}.ipynb")
    paths = [*(GRADER / "right_answers" / NAME).glob("*.py"), *(GRADER / "wrong_answers" / NAME).glob("*.py")]
    notebooks = [master, *(submission(master, read_answer(path)) for path in sorted(paths))]
    return [cell.source for cells in notebooks for cell in cells if cell.kind == "solution"]


def timed(folder: Path, *command: str) -> float:
    """Seconds that a command takes; its output is shown where it fails."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    return time.perf_counter() - started


def scores(folder: Path, name: str = NAME) -> dict[str, dict[str, Any]]:
    """Each learner's points by check."""
    here = courses.find(folder)
    with Gradebook(here.database, here.name) as book:
        return {
            each.student.id: {
                cell.name: cell.auto_score for cell in each.notebooks[0].grades if cell.auto_score is not None
            }
            for each in book.assignment_submissions(name)
        }


if __name__ == "__main__":
    main()
