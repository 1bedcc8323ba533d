import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from classroom import releases
from classroom.process import Nursery
from classroom.rebuild import Cell, read


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as started:
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
