"""A real JupyterHub on loopback: three learners fetch, answer and hand in through it, and the class is graded.

Its authenticator believes every name and its spawner starts plain processes of this user: both are for tests alone, and
need no accounts. All else are the settings that the course ships in `hub/`.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from small_class import NAME, answered

from classroom.cohort import course as courses
from classroom.cohort.grade import Wish, grade

pytestmark = [pytest.mark.linux, pytest.mark.hub]
COURSE = "model_compression"
SCORES = {"anna": 7, "ben": 5, "zoe": 0}
ALMOST = """\
def fake_quantize(x, scale, zero_point, bits):
    q = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return x + ((q - zero_point) * scale - x).detach()
"""
SETTINGS = """\
load_subconfig({settings!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.args = ["--allow-root"]
c.JupyterHub.services = [{{"name": "test", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "test", "services": ["test"], "scopes": ["admin:users", "admin:servers", "access:servers", "tokens"]}}
]
"""


class Hub:
    """A running hub, and what its learners ask of it."""

    def __init__(self, address: str, token: str, homes: Path) -> None:
        self.address, self.homes = address, homes
        self._tokens = {"": token}

    def ask(self, method: str, path: str, body: Any = None, *, who: str = "") -> Any:
        """A request with the token of a learner, or of the test; what JSON answers."""
        request = urllib.request.Request(
            f"{self.address}{path}",
            json.dumps(body).encode() if body is not None else b"" if method == "POST" else None,
            {"Authorization": f"token {self._tokens[who]}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                content = answer.read()
        except urllib.error.HTTPError as refused:
            refused.close()  # or its socket is left to the garbage collector, with a warning
            raise
        return json.loads(content) if content[:1] in (b"{", b"[") else content

    def log_in(self, who: str) -> None:
        """Make a learner known, get a token of theirs, and start their server; returns when it is ready."""
        self.ask("POST", f"/hub/api/users/{who}")
        self._tokens[who] = self.ask("POST", f"/hub/api/users/{who}/tokens", {})["token"]
        self.ask("POST", f"/hub/api/users/{who}/server", {})
        self.ask("GET", f"/hub/api/users/{who}/server/progress")  # a stream that ends when the server answers
        assert self.ask("GET", f"/hub/api/users/{who}")["servers"][""]["ready"]

    def exchange(self, who: str, action: str) -> Any:
        """*Assignment List* in a learner's JupyterLab: "fetch" or "submit"."""
        asked = {"course_id": COURSE, "assignment_id": NAME}
        return self.ask("POST", f"/user/{who}/assignments/{action}", asked, who=who)

    def write(self, who: str, source: str) -> None:
        """Put an answer into the learner's notebook, as JupyterLab saves it."""
        path = f"/user/{who}/api/contents/exercises/{NAME}/{NAME}.ipynb"
        notebook = answered(self.ask("GET", path, who=who)["content"], fake_quantize=source)
        self.ask("PUT", path, {"type": "notebook", "format": "json", "content": notebook}, who=who)


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in opened:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in opened]


@pytest.fixture(scope="module")
def teaching(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instructor's course, with the assignment in an exchange for everybody."""
    root = tmp_path_factory.mktemp("teaching") / "course"
    for folder in ("solutions", "exercises"):
        shutil.copytree(course / folder / NAME, root / folder / NAME)
    shutil.copy(course / "nbgrader_config.py", root)
    nbgrader(root, "db", "assignment", "add", NAME)
    nbgrader(root, "release_assignment", NAME)
    return root


@pytest.fixture(scope="module")
def hub(repository: Path, teaching: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    (homes := folder / "homes").mkdir()
    port, hub_port, api_port = free_ports(3)
    settings = {
        "settings": str(repository / "hub" / "course.py"),
        "homes": str(homes),
        "token": os.urandom(16).hex(),
        "port": port,
        "hub_port": hub_port,
        "api_port": api_port,
    }
    (folder / "config.py").write_text(SETTINGS.format(**settings))
    here = {"COURSE": str(repository), "COURSE_EXCHANGE": str(teaching / ".grading" / "exchange")}
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "config.py"],
            cwd=folder, env=os.environ | here | {"PATH": path}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        running = Hub(f"http://127.0.0.1:{port}", settings["token"], homes)
        while process.poll() is None:
            with suppress(OSError):
                running.ask("GET", "/hub/api/")
                break
            time.sleep(0.2)
        assert process.poll() is None, (folder / "log").read_text()
        with ThreadPoolExecutor() as together:
            list(together.map(running.log_in, SCORES))
        yield running
    finally:
        process.terminate()  # which ends the proxy and the learners' servers too
        process.wait()


def nbgrader(root: Path, *arguments: str) -> str:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    command = ["nbgrader", *arguments]
    done = subprocess.run(command, cwd=root, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def points(root: Path) -> dict[str, float]:
    lines: list[str] = []
    grade(courses.find(root), Wish(NAME, jobs=2), lines.append)
    found = {}
    for line in lines:
        learner, _, said = line.rpartition("] ")[2].partition(": ")
        if " of 7 points" in said:
            found[learner] = float(said.partition(" ")[0])
    return found


@pytest.fixture(scope="module")
def handed_in(hub: Hub, teaching: Path, source: dict[str, Any]) -> Path:
    """Everybody fetches, answers, and hands in at the same moment; the instructor collects."""
    (answer,) = [
        cell["source"] for cell in source["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "fake_quantize"
    ]  # fmt: skip
    for who in SCORES:
        found = hub.exchange(who, "fetch")
        assert found["success"], found
    hub.write("anna", "".join(answer))
    hub.write("ben", ALMOST)
    ready = threading.Barrier(len(SCORES))

    def submit(who: str) -> Any:
        ready.wait()
        return hub.exchange(who, "submit")

    with ThreadPoolExecutor(len(SCORES)) as together:
        assert all(found["success"] for found in together.map(submit, SCORES))
    nbgrader(teaching, "collect", NAME, "--ExchangeCollect.check_owner=False")
    return teaching


def test_learners_find_the_chapters_beside_what_they_fetched(handed_in: Path, hub: Hub, repository: Path) -> None:
    for who in SCORES:
        home = hub.homes / who
        assert (home / "course" / "01_why_compression.ipynb").is_file()
        assert (home / "exercises" / NAME / f"{NAME}.ipynb").is_file()
    assert sorted(path.name for path in hub.homes.iterdir()) == sorted(SCORES)


def test_of_what_is_handed_in_at_the_same_second_nothing_is_lost(handed_in: Path, hub: Hub) -> None:
    inbound = handed_in / ".grading" / "exchange" / COURSE / "inbound"
    taken = {path.name.split("+")[0]: path.name.split("+")[2] for path in inbound.iterdir()}
    assert taken.keys() == SCORES.keys()
    for who in SCORES:
        mine = hub.homes / who / "exercises" / NAME / f"{NAME}.ipynb"
        collected = handed_in / ".grading" / "submitted" / who / NAME / f"{NAME}.ipynb"
        assert collected.read_bytes() == mine.read_bytes()


def test_the_class_is_graded_and_of_two_attempts_the_last_counts(handed_in: Path, hub: Hub) -> None:
    assert points(handed_in) == SCORES
    hub.write("zoe", ALMOST)
    assert hub.exchange("zoe", "submit")["success"]
    nbgrader(handed_in, "collect", NAME, "--update", "--ExchangeCollect.check_owner=False")
    assert points(handed_in) == {"zoe": 5}  # the others are unchanged


def test_a_learner_reaches_no_other_learners_server(handed_in: Path, hub: Hub) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        hub.ask("GET", "/user/anna/api/contents", who="ben")
    assert refused.value.code == 403
