"""What this machine has and lacks for grading, each with its remedy."""

import importlib.util
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from jupyter_core.paths import jupyter_config_path
from jupyter_server.extension.config import ExtensionConfigManager
from nbgrader.api import StatementError  # type: ignore[import-untyped]

from classroom.cohort import course, formgrader, releases
from classroom.cohort.gradebook import open_book, unusable
from classroom.exchange.failures import NoAnswer
from classroom.judging import parallel
from classroom.judging.tasks import modules_of
from classroom.limits import Limits
from classroom.notebook.cells import read
from classroom.sandbox import bubblewrap
from classroom.sandbox.fork_server import ForkServer, Session
from compresslab.errors import InputError

_STOCK_FORMGRADER = "nbgrader.server_extensions.formgrader"
_LEAST_BYTES = 3 * 2**30  # of memory, and of disk


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what.
        problem: what is wrong and what helps; "" if nothing is.
        found: what there is.
        needed: whether grading needs it.
    """

    name: str
    problem: str = ""
    found: str = ""
    needed: bool = True


def examine(root: Path) -> Iterator[Finding]:
    """Look at the machine and at the course in a folder."""
    yield Finding("system", found=f"{platform.system()} {platform.release()}, Python {platform.python_version()}")
    yield _resources(root)
    yield Finding("sandbox", bubblewrap.missing(), "bubblewrap works, with an isolation of its own for each learner")
    if not bubblewrap.missing():
        yield _learner(root)
    yield _find("database", lambda: _database(root))
    yield _find("exercises", lambda: _exercises(root))
    yield _find("formgrader", _formgrader)
    ray = importlib.util.find_spec("ray")
    problem = "" if ray else "not installed; only `--ray` needs it: `pip install -e '.[scale]'`"
    yield Finding("Ray", problem, "installed", needed=False)


def _resources(root: Path) -> Finding:
    memory, disk = psutil.virtual_memory().available, shutil.disk_usage(root).free
    free = f"{memory / 2**30:.0f} GiB of memory and {disk / 2**30:.0f} of disk free"
    found = f"{parallel.jobs_here()} judges at a time; {free}"
    lacks = [name for name, size in (("memory", memory), ("disk", disk)) if size < _LEAST_BYTES]
    return Finding("resources", f"less than 3 GiB of {' and '.join(lacks)}: make room" if lacks else "", found)


def _learner(root: Path) -> Finding:
    """Start a learner's process in the sandbox, and import there what the course needs."""
    try:
        sources = sorted((root / "solutions").glob("*/*.ipynb"))
        modules = list(dict.fromkeys(name for path in sources for name in modules_of(read(path))))
        with ForkServer(sandboxed=True) as fork_server, Session(fork_server, Limits(), 0) as session:
            raised = session.run("\n".join(f"import {name}" for name in modules))
            if raised:
                remedy = f"let all users read {sys.prefix}"
                return Finding("learners", f"in the sandbox, an import fails: {raised}. Perhaps {remedy}?")
        with ForkServer(sandboxed=True, modules=modules) as fork_server:
            with Session(fork_server, Limits(), 0) as session:
                session.run("1")
            started = time.perf_counter()
            with Session(fork_server, Limits(), 0) as session:
                session.run("1")
            seconds = time.perf_counter() - started
        return Finding("learners", found=f"a learner's process starts and ends in {seconds:.2f} s")
    except (InputError, NoAnswer, RuntimeError) as error:
        return Finding("learners", f"no learner's process could be started: {error}")


def _database(root: Path) -> str:
    here = course.find(root)
    try:
        with open_book(here) as book:
            return f"{len(book.assignments)} assignments, {len(book.students)} learners in {here.database}"
    except StatementError as error:
        raise unusable(here, error) from error


def _exercises(root: Path) -> str:
    found = releases.differences(root)
    if found:
        raise InputError(f"{'; '.join(found)}: `make release`.")
    return "what the solutions give"


def _formgrader() -> str:
    """Which formgrader JupyterLab would start: nbgrader's own runs learners' code as the instructor."""
    enabled = ExtensionConfigManager(read_config_path=jupyter_config_path()).get_jpserver_extensions()
    if enabled.get(_STOCK_FORMGRADER) or not enabled.get(formgrader.__name__):
        setting = Path(formgrader.__file__).parent / "nbgrader_of_the_course.json"
        folder = Path(sys.prefix) / "etc" / "jupyter" / "jupyter_server_config.d"
        raise InputError(
            f"JupyterLab would start nbgrader's own, whose Autograde runs learners' code unlocked: `cp {setting} "
            f"{folder}/`, and let no configuration of yours enable {_STOCK_FORMGRADER}"
        )
    return "the course's, with a content policy"


def _find(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, found=look())
    except InputError as error:
        return Finding(name, str(error))
