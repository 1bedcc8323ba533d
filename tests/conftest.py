"""What every test run sets up: its own cache, steady threads, and no test that is silently left out."""

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Before anything imports torch or matplotlib; subprocesses inherit them.
os.environ.setdefault("OMP_NUM_THREADS", "1")  # the same floating-point sums on every machine
os.environ["MPLBACKEND"] = "Agg"

pytest_plugins = ["grading_report"]
IN_CI = os.environ.get("CI") == "true"
# What watches processes, takes times or fills the machine: one at a time.
SERIAL = {
    "test_attacks", "test_benchmark", "test_cheats", "test_class_of_sixty", "test_grade", "test_hardware",
    "test_roofline", "test_sandbox", "test_serving_local", "test_serving_on_ray", "test_stopwatch",
}  # fmt: skip
LONGEST = "test_capstone"
LAST = "test_site"  # shows chapters as other tests have executed them
SCATTERED = {"test_assignments", "test_cheats_everywhere"}  # many cases, each on any worker
LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a cache of its own, shared by its tests: the developer's stays as it is."""
    if not hasattr(config, "workerinput"):  # the workers of pytest-xdist share that of the process that started them
        cache = tempfile.TemporaryDirectory(prefix="compresslab-tests-")
        config.add_cleanup(cache.cleanup)
        os.environ["COMPRESSLAB_CACHE"] = cache.name
    photos = os.environ.get("COMPRESSLAB_PHOTOS")
    if photos and not Path(photos).is_file():
        raise pytest.UsageError(f"COMPRESSLAB_PHOTOS={photos} is no file: name the archive, or unset it.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, and end with what waits for others; leave out what this machine can't run."""
    items.sort(key=lambda item: (item.path.stem != LONGEST, item.path.stem == LAST))  # the first would be waited for
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in absent())]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.stash[LEFT_OUT] = [marker for item in left_out for marker in absent() if item.get_closest_marker(marker)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker of pytest-xdist whole groups. Its own `loadgroup` does not with pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByGroup(config, log)


def group_of(nodeid: str) -> str:
    """What shares a worker: a module, whose fixtures may be dear; of some modules each case, of others all together."""
    name = Path(nodeid.partition("::")[0]).stem
    if name in SERIAL:
        return "serial"
    if name == "test_chapters":  # a chapter is executed once for its tests
        return f"{name}[{nodeid.partition('[')[2]}"
    return nodeid if name in SCATTERED else name


def absent() -> dict[str, str]:
    """The markers to deselect, and why."""
    reasons = {}
    if not os.environ.get("COMPRESSLAB_PHOTOS"):
        reasons["photographs"] = "COMPRESSLAB_PHOTOS names no archive"
    if importlib.util.find_spec("torch_pruning") is None:
        reasons["peers"] = "the extra of that name isn't installed"
    if importlib.util.find_spec("openvino") is None:
        reasons["targets"] = "the extra of that name isn't installed"
    if importlib.util.find_spec("jupyterhub") is None or not shutil.which("configurable-http-proxy"):
        reasons["hub"] = "no JupyterHub, or no proxy for it: npm install --global configurable-http-proxy"
    if not chromium():
        reasons["browser"] = "no Chromium on PATH; on Debian, apt install chromium"
    return reasons


def chromium() -> str | None:
    """The browser that this machine has: Playwright's own would have to be downloaded."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say how many were deselected, and what would run them."""
    markers = config.stash.get(LEFT_OUT, [])
    return [
        f"{markers.count(marker)} tests on {marker} deselected: {reason}"
        for marker, reason in absent().items()
        if marker in markers
    ]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Make a skip in CI a failure of the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and exitstatus == pytest.ExitCode.OK and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the reason of that failure."""
    if IN_CI and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("a skip is a failure in CI: run the test, or mark what it needs", red=True)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the working tree."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def photographs() -> Path:
    """The archive of JPEG photographs; only for tests with the marker of that name."""
    return Path(os.environ["COMPRESSLAB_PHOTOS"])


def of_the_process() -> dict[str, Any]:
    """What a test could leave to the tests after it: the working directory, and torch's settings once it is there."""
    found: dict[str, Any] = {"working directory": Path.cwd()}
    if torch := sys.modules.get("torch"):
        found |= {
            "default dtype": torch.get_default_dtype(),
            "default device": torch.get_default_device(),
            "gradients": torch.is_grad_enabled(),
            "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        }
    return found


@pytest.fixture(autouse=True)
def leaves_the_process_as_it_was() -> Iterator[None]:
    """Fail the test that changed a setting, and put it back: hundreds after it would fail in its place."""
    before = of_the_process()
    yield
    after = of_the_process()
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    os.chdir(before["working directory"])
    if torch := sys.modules.get("torch"):
        torch.set_default_dtype(before.get("default dtype", torch.float32))
        device = before.get("default device", torch.device("cpu"))
        torch.set_default_device(None if device.type == "cpu" else device)
        torch.set_grad_enabled(before.get("gradients", True))
        torch.use_deterministic_algorithms(before.get("deterministic algorithms", False))
    assert changed == {}, "was, and is after the test"
