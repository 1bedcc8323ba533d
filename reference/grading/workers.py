"""How the time of grading falls with workers, here and on Ray, and what a worker that is killed costs.

    python reference/grading/workers.py

Three classes: 100 and 300 submissions of the small assignment of class_sizes.py, whose checks compute little, and 24 of
a chapter's, whose checks train. Each is graded by one and by two processes of this machine, and by a Ray cluster of one
and of two workers of one CPU each, started on loopback. Then 300 once more on the two, while the Ray process of a
worker is killed in the middle of judging. The scores must always be the same. The machine has two cores, so two workers
are the most that can be compared. Writes workers.json beside this file. Some fifteen minutes, alone on the machine.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from speed import NAME, REPOSITORY, make_class, scores, timed

from classroom.cohort import releases
from compresslab.files import write_json
from compresslab.hardware import machine

CHAPTER = "ch04_magnitude_pruning"
CLASSES = ((NAME, 100), (NAME, 300), (CHAPTER, 24))
KILLED = CLASSES[1]
WORKERS = (1, 2)
ADDRESS = "127.0.0.1:6399"
JUDGING = "ray::within_deadline"  # what Ray calls a process that runs this function
HERE = Path(__file__)


def main() -> None:
    """Measure, compare and record."""
    os.environ["RAY_AUTH_MODE"] = "disabled"
    before = os.getloadavg()[0]
    runs: list[dict[str, Any]] = []
    wanted: dict[tuple[str, int], Any] = {}

    def grade(of: tuple[str, int], how: str, workers: int, *options: str, killing: bool = False) -> None:
        name, learners = of
        with tempfile.TemporaryDirectory() as folder:
            root = (make_class if name == NAME else class_of_a_chapter)(Path(folder, "class"), learners)
            killer = Killer(learners) if killing else None
            seconds = timed(root, "python", "-m", "classroom", "grade", name, *options)
            found = scores(root, name)
        if wanted.setdefault(of, found) != found or len(found) != learners:
            sys.exit(f"{how} with {workers} gave other scores")
        run = {"assignment": name, "learners": learners, "how": how, "workers": workers, "seconds": round(seconds, 2)}
        if killer:
            run["killed_after_s"] = killer.killed_after()
        runs.append(run)
        print(run, flush=True)

    for of in CLASSES:
        for workers in WORKERS:
            grade(of, "processes", workers, "--jobs", str(workers))
            with cluster(workers):
                grade(of, "Ray", workers, "--ray", ADDRESS)
    with cluster(2):
        grade(KILLED, "Ray, one killed", 2, "--ray", ADDRESS, killing=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "runs": runs,
            "same_scores": True,  # else this script has ended
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "load_average_before": round(before, 2),
            "machine": machine().to_dict(),
        },
    )


def class_of_a_chapter(root: Path, learners: int) -> Path:
    """A course with one chapter's assignment, released, in which everyone hands in the solution."""
    source = REPOSITORY / "solutions" / CHAPTER
    shutil.copytree(source, root / "solutions" / CHAPTER)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    releases.release(root)
    for number in range(learners):
        shutil.copytree(source, root / ".grading" / "submitted" / f"learner{number:03}" / CHAPTER)
    return root


class Killer:
    """Kills one of Ray's judging processes when some of the class must be done.

    Args:
        learners: of the class.
    """

    def __init__(self, learners: int) -> None:
        self._after = learners * 0.08  # seconds: a class of 300 takes some fifty
        self._killed: float | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        began = time.perf_counter()
        time.sleep(self._after)
        while self._killed is None:
            judging = [
                each for each in psutil.process_iter(["cmdline"]) if JUDGING in " ".join(each.info["cmdline"] or [])
            ]
            if judging:
                judging[0].kill()
                self._killed = round(time.perf_counter() - began, 1)
            time.sleep(0.05)

    def killed_after(self) -> float:
        """Seconds after which it was killed; ends this program where nothing was."""
        self._thread.join(5.0)
        if self._killed is None:
            sys.exit("the class was graded before a worker could be killed")
        return self._killed


@contextmanager
def cluster(workers: int) -> Iterator[None]:
    """A Ray cluster of workers with one CPU each, on loopback."""
    common = ("--num-cpus=1", "--node-ip-address=127.0.0.1", "--disable-usage-stats")
    try:
        ray("start", "--head", f"--port={ADDRESS.partition(':')[2]}", "--include-dashboard=false", *common)
        for _ in range(1, workers):
            ray("start", f"--address={ADDRESS}", *common)
        yield
    finally:
        ray("stop", "--force")


def ray(*arguments: str) -> None:
    """Ray's own command."""
    done = subprocess.run(
        [Path(sys.executable).with_name("ray"), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"ray {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    main()
