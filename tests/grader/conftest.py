import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import small_class
from grading_report import LEDGER, TABLE

from classroom.authoring.ledger import Ledger
from classroom.authoring.verdicts import Table
from classroom.cohort import course as courses
from classroom.cohort import releases
from classroom.cohort.course import Course
from classroom.notebook.cells import Cell, read
from classroom.sandbox.fork_server import ForkServer

LINUX = sys.platform == "linux"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "linux: needs Linux, and there bubblewrap")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests on the sandbox where there can be none."""
    left_out = [] if LINUX else [item for item in items if item.get_closest_marker("linux")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Table:
    return request.config.stash[TABLE]


@pytest.fixture(scope="session")
def ledger(request: pytest.FixtureRequest) -> Ledger:
    return request.config.stash[LEDGER]


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    with ForkServer() as started:
        yield started


@pytest.fixture(scope="session")
def locked() -> Iterator[ForkServer]:
    """One in the sandbox, which takes Linux. Where bubblewrap is missing there, the tests fail."""
    with ForkServer(sandboxed=LINUX) as started:
        yield started


@pytest.fixture(scope="session")
def course(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of the three small assignments, released by nbgrader."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(repository / "tests" / "grader" / "assignments", root / "solutions")
    shutil.copy(repository / "nbgrader_config.py", root)
    releases.release(root)
    return root


@pytest.fixture(scope="session")
def straight_through(repository: Path) -> list[Cell]:
    return read(repository / "tests/grader/assignments/straight_through/straight_through.ipynb")


@pytest.fixture(scope="session")
def registered_projector(repository: Path) -> list[Cell]:
    return read(repository / "tests/grader/assignments/registered_projector/registered_projector.ipynb")


@pytest.fixture(scope="session")
def source(repository: Path) -> dict[str, Any]:
    path = repository / "tests" / "grader" / "assignments" / small_class.NAME / f"{small_class.NAME}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def make_class(repository: Path, tmp_path: Path) -> Callable[..., Course]:
    """A course with an assignment and what some learners handed in."""

    def make(name: str = "course", **notebooks: Any) -> Course:
        root = tmp_path / name
        shutil.copytree(
            repository / "tests" / "grader" / "assignments" / small_class.NAME, root / "solutions" / small_class.NAME
        )
        shutil.copy(repository / "nbgrader_config.py", root)
        for learner, notebook in notebooks.items():
            small_class.hand_in(root, learner, notebook)
        return courses.find(root)

    return make
