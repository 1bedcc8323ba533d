"""Attacks on a judge that runs on a cluster, or without the sandbox: what holds there too.

Learners' code is in a process of its own in any case: it decides no points, and stops nobody. Without the sandbox it
sees what its user sees, the source notebook with the hidden checks among it: course/INSTRUCTORS.md says so.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import ray
from small_class import NAME, answered, scores

from classroom.authoring.harness import read_answer
from classroom.cohort.course import Course
from classroom.judging import scale
from classroom.judging.tasks import Task
from classroom.limits import Limits
from compresslab.errors import InputError

pytestmark = pytest.mark.linux
CHEATS = Path(__file__).parent / "cheats" / "straight_through"
HARMLESS = [  # to a machine without a sandbox
    "closes_wires", "exit_in_call", "exit_in_cell", "forged_answers", "forged_judgement", "frames_and_gc", "hooks",
    "lying_array", "lying_eq", "nasty_exception", "output_flood", "patched_builtins", "patched_checks", "patched_torch",
    "pickle_bomb", "result_flood", "segfault", "stack_overflow",
]  # fmt: skip
FRESH = {
    "kills_its_parent": "import os, signal\nos.kill(os.getppid(), signal.SIGTERM)",
    "stops_itself": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "threads": "import threading\n[threading.Thread(target=threading.Event().wait).start() for _ in range(20)]",
    "talks_to_ray": "import ray\nray.init(address='auto', ignore_reinit_error=True)",
    "raises_for_ever": "import atexit, sys\natexit.register(lambda: 1 / 0)\nsys.excepthook = None\nraise SystemExit",
    "asks_out_of_turn": (
        "import os\nfrom classroom.exchange import wire\nfor number in range(3, 30):\n    try:\n"
        "        os.write(number, (1).to_bytes(8, 'big') + wire.CALL_BACK)\n    except OSError:\n        pass"
    ),
}
MODES = {"without the sandbox": ["--without-sandbox", "--jobs", "2"], "on a cluster": ["--ray", "local"]}


@pytest.mark.parametrize("mode", MODES)
def test_what_decides_points_is_out_of_reach_and_one_learner_stops_nobody(
    mode: str, make_class: Callable[..., Course], source: dict[str, Any], tmp_path: Path
) -> None:
    wrong = "def fake_quantize(x, scale, zero_point, bits):\n    return x\n"
    attacks = {name: read_answer(CHEATS / f"{name}.py").source for name in HARMLESS}
    attacks |= {name: f"{wrong}\n{text}" for name, text in FRESH.items()}
    handed_in = {name: answered(source, fake_quantize=text) for name, text in attacks.items()}
    here = make_class(honest=source, wrong=answered(source, fake_quantize=wrong), zoe=source, **handed_in)
    command = [sys.executable, "-m", "classroom", "grade", NAME, *MODES[mode]]
    patient = {"RAY_AUTH_MODE": "disabled", "RAY_raylet_start_wait_time_s": "300"}
    done = subprocess.run(command, cwd=here.root, env=os.environ | patient, capture_output=True, text=True, check=False)
    found = {learner: {name for name, (auto, _, _) in cells.items() if auto} for learner, cells in scores(here).items()}
    assert found.keys() == {"honest", "wrong", "zoe", *attacks}, done.stdout + done.stderr
    assert found["honest"] == found["zoe"] and len(found["honest"]) == 4
    for name in attacks:
        assert found[name] <= found["wrong"], name
    records = [json.loads(path.read_text()) for path in here.judged.rglob("*.json")]
    assert "swordfish" not in json.dumps(records)


@pytest.mark.parametrize("error", [ray.exceptions.WorkerCrashedError, ray.exceptions.OutOfMemoryError])
def test_a_judge_that_a_cluster_has_lost_takes_nothing_from_the_others(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray itself is not started: what it would say is put in its place."""

    def get(task: Task) -> dict[str, Any]:
        if task.learner == "ben":
            raise error("lost")
        if task.learner == "zoe":
            raise ray.exceptions.RayTaskError("judge", "", InputError("no sandbox")).as_instanceof_cause()
        return {"results": [], "problem": ""}

    class Judge:
        def remote(self, work: object, task: Task) -> Task:
            return task

    monkeypatch.setattr(ray, "init", lambda **_: None)
    monkeypatch.setattr(ray, "remote", lambda **_: lambda _: Judge())
    monkeypatch.setattr(ray, "cluster_resources", lambda: {"CPU": 1})
    monkeypatch.setattr(ray, "wait", lambda running: (running[:1], running[1:]))
    monkeypatch.setattr(ray, "get", get)
    monkeypatch.setattr(scale, "not_judged", lambda task, problem: {"problem": problem})
    monkeypatch.setattr(Task, "__hash__", lambda self: hash(self.learner))
    tasks = [Task(name, b"", "", [], b"", 1, Limits(), True, []) for name in ("anna", "ben", "carla")]
    outcomes = {task.learner: outcome["problem"] for task, outcome in scale.over_machines(tasks, "local")}
    assert outcomes == {"anna": "", "ben": "the judge itself ended over it, several times", "carla": ""}
    with pytest.raises(InputError, match="no sandbox"):
        list(scale.over_machines([Task("zoe", b"", "", [], b"", 1, Limits(), True, [])], "local"))
