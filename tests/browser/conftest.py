"""JupyterLab as a learner gets it, on a copy of the course, and pages of a real browser in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from running_lab import serving

from classroom.study import lab
from classroom.study.copies import hand_out


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab.

    Attributes:
        address: of its server.
        work: the folder of the learner's copies.
    """

    address: str
    work: Path


@pytest.fixture(scope="module")
def running(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root = tmp_path_factory.mktemp("course")
    for folder in ("course", "exercises"):
        shutil.copytree(repository / folder, root / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    hand_out(root)
    with _served(root) as address:
        yield Lab(address, root / "work")


@pytest.fixture(scope="module")
def instructors(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """As an instructor has it, in a course of one small assignment."""
    root = tmp_path_factory.mktemp("instructors")
    name = "straight_through"
    shutil.copytree(repository / "tests/grader/assignments" / name, root / "solutions" / name)
    shutil.copy(repository / "nbgrader_config.py", root)
    with _served(root) as address:
        yield Lab(address, root)


@contextmanager
def _served(root: Path) -> Iterator[str]:
    """The address of a JupyterLab in a course's folder, with settings of its own."""
    own = {f"JUPYTER_{name}_DIR": str(root / "home" / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(root / "home" / name) for name in ("SETTINGS", "WORKSPACES")}
    own |= {"IPYTHONDIR": str(root / "home" / "ipython"), "SHELL": "/bin/sh"}
    flags = ["--no-browser", "--port=0", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    with serving(lab.command(root, flags), root, lab.environment() | own) as address:
        yield address


@pytest.fixture(scope="module")  # Playwright runs an event loop, which the tests of other modules must not see
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of the width of a small laptop."""
    context = chromium.new_context(viewport={"width": 1024, "height": 900})
    context.set_default_timeout(request.module.PATIENCE)
    yield context.new_page()
    context.close()
