"""The rules of a test run, tried on small runs of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import os, pytest
from pathlib import Path

@pytest.mark.photographs
def test_needs_photographs(photographs):
    assert photographs.is_file()

@pytest.mark.peers
def test_needs_a_peer():
    import torch_pruning

def test_has_a_cache_of_its_own():
    assert Path(os.environ["COMPRESSLAB_CACHE"]).is_dir()
    assert os.environ["COMPRESSLAB_CACHE"] != OUTER
"""


def run(folder: Path, conftest: Path, tests: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_bytes(conftest.read_bytes())
    plugins = conftest.parent / "plugins"
    markers = "markers =\n    photographs: as in pyproject.toml\n    peers: too\n"
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {plugins}\n{markers}")
    (folder / "test_small.py").write_text(tests)
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "COMPRESSLAB_PHOTOS")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False)


@pytest.fixture
def conftest(repository: Path) -> Path:
    return repository / "tests" / "conftest.py"


def test_without_photographs_their_tests_are_deselected_and_counted(tmp_path, conftest) -> None:
    tests = TESTS.replace("OUTER", repr(os.environ["COMPRESSLAB_CACHE"]))
    result = run(tmp_path, conftest, tests, CI="true")
    assert result.returncode == 0, result.stdout
    assert "1 tests on photographs deselected" in result.stdout
    assert "1 tests on peers deselected: the extra of that name isn't installed" in result.stdout
    assert "1 passed, 2 deselected" in result.stdout


def test_with_photographs_and_peers_everything_runs(tmp_path, conftest) -> None:
    (tmp_path / "torch_pruning.py").touch()
    archive = tmp_path / "photographs.tar.xz"
    archive.touch()
    tests = TESTS.replace("OUTER", repr(os.environ["COMPRESSLAB_CACHE"]))
    result = run(tmp_path, conftest, tests, COMPRESSLAB_PHOTOS=str(archive), PYTHONPATH=str(tmp_path))
    assert "3 passed" in result.stdout, result.stdout


def test_a_wrong_path_to_the_photographs_stops_the_run(tmp_path, conftest) -> None:
    result = run(tmp_path, conftest, TESTS, COMPRESSLAB_PHOTOS=str(tmp_path / "absent.tar"))
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "absent.tar is no file" in result.stderr


@pytest.mark.parametrize(("ci", "status"), [("true", pytest.ExitCode.TESTS_FAILED), ("", pytest.ExitCode.OK)])
@pytest.mark.parametrize(
    "skip",
    ["def test():\n    pytest.skip('no reason')", "pytest.importorskip('no_such_module')"],
    ids=["test", "module"],
)
def test_a_skip_fails_the_run_in_ci_only(tmp_path, conftest, skip, ci, status) -> None:
    (tmp_path / "test_fine.py").write_text("def test_fine(): pass")
    result = run(tmp_path, conftest, f"import pytest\n{skip}\n", CI=ci)
    assert result.returncode == status, result.stdout
    assert ("a skip is a failure in CI" in result.stdout) == bool(ci)


def test_workers_share_no_module_but_those_of_many_cases(tmp_path: Path, conftest: Path) -> None:
    cases = """
import time
import pytest

@pytest.mark.parametrize("n", range(8))
def test_a(n, worker_id):
    time.sleep(0.3 * __name__.endswith("test_assignments"))  # long enough for the other worker to take some
    print("ON", __name__, worker_id)
"""
    for name in ("test_one", "test_two", "test_sandbox", "test_grade", "test_assignments"):
        (tmp_path / f"{name}.py").write_text(cases)
    ran = run(tmp_path, conftest, cases, PYTEST_ADDOPTS="-n 2 -rP")
    workers: dict[str, set[str]] = {}
    for module, worker in re.findall(r"ON (?:.*\.)?(\w+) (gw\d)", ran.stdout):
        workers.setdefault(module, set()).add(worker)
    assert workers.keys() == {"test_one", "test_two", "test_sandbox", "test_grade", "test_assignments", "test_small"}
    assert all(len(found) == 1 for name, found in workers.items() if name != "test_assignments"), workers
    assert workers["test_sandbox"] == workers["test_grade"]
    assert len(workers["test_assignments"]) == 2


def test_a_setting_that_a_test_leaves_behind_fails_that_test_and_not_the_next(tmp_path, conftest) -> None:
    tests = (
        "import os, torch\n"
        "def test_leaves(): torch.set_default_dtype(torch.float64)\n"
        "def test_wanders(): os.chdir('/')\n"
        "def test_finds():\n"
        "    assert torch.get_default_dtype() == torch.float32 and os.getcwd() != '/'\n"
    )
    result = run(tmp_path, conftest, tests)
    assert "3 passed, 2 errors" in result.stdout, result.stdout
    assert "default dtype" in result.stdout and "working directory" in result.stdout
