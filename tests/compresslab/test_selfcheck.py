"""The self-check passes here, and explains each of the breakages that people meet."""

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from compresslab import selfcheck


def selfcheck_with(*path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a new process in which the packages in `path` hide the installed ones."""
    added = {"PYTHONPATH": os.pathsep.join(map(str, path))} | environment
    command = [sys.executable, "-m", "compresslab.selfcheck"]
    return subprocess.run(command, env=os.environ | added, capture_output=True, text=True, check=False)


def fake(folder: Path, name: str, source: str) -> Path:
    """A package in `folder` that behaves as a broken build of `name` does when it is imported."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(source)
    return folder


def test_this_environment_is_fit(tmp_path: Path) -> None:
    result = selfcheck_with(COMPRESSLAB_CACHE=str(tmp_path / "new"))
    assert (result.returncode, result.stderr) == (0, "")
    assert f"torch {metadata.version('torch')}" in result.stdout
    assert "bf16" in result.stdout
    assert result.stdout.endswith("Everything is in place.\n")
    assert list((tmp_path / "new").iterdir()) == []


def test_several_breakages_are_explained_in_one_run(tmp_path: Path) -> None:
    """Torchvision raises what the registry's build raises beside a CPU-only torch: tried with real wheels."""
    mismatch = "import torch\nraise RuntimeError('operator torchvision::nms does not exist')"
    fakes = fake(tmp_path, "torchvision", mismatch)
    fake(tmp_path, "onnxruntime", "raise ImportError('DLL load failed')")
    locked = tmp_path / "a-file"
    locked.touch()
    result = selfcheck_with(fakes, COMPRESSLAB_CACHE=str(locked / "cache"))
    assert result.returncode == 1
    assert "Everything is in place" not in result.stdout
    assert "Traceback" not in result.stderr
    onnxruntime, torchvision, cache = result.stderr.splitlines()
    assert "does not work (ImportError: DLL load failed)" in onnxruntime
    assert onnxruntime.endswith("--force-reinstall onnxruntime`.")
    assert "of different builds (operator torchvision::nms does not exist)" in torchvision
    assert "--force-reinstall torch torchvision`" in torchvision
    assert str(locked / "cache") in cache
    assert "COMPRESSLAB_CACHE" in cache


def test_a_broken_torch_is_not_blamed_on_torchvision(tmp_path: Path) -> None:
    result = selfcheck_with(fake(tmp_path, "torch", "raise OSError('libcudart.so: cannot open')"))
    torch_problem = next(line for line in result.stderr.splitlines() if line.startswith("PROBLEM: torch "))
    assert "libcudart.so" in torch_problem
    assert "different builds" not in result.stderr


@pytest.mark.parametrize(
    ("installed", "complaint"),
    [("2.10.1+cpu", "torch 2.10.1+cpu is older than 2.11"), (None, "torch is missing")],
)
def test_old_and_missing_packages_are_named(monkeypatch, installed: str | None, complaint: str) -> None:
    def version(name: str) -> str:
        if name == "torch" and installed is None:
            raise metadata.PackageNotFoundError(name)
        return installed or ""

    monkeypatch.setattr(selfcheck.metadata, "requires", lambda _: ["torch>=2.11", 'ray>=2; extra == "scale"'])
    monkeypatch.setattr(selfcheck.metadata, "version", version)
    (problem,) = selfcheck._check_packages()
    assert problem.startswith(complaint)
    assert "pip install -c constraints.txt -e ." in problem


def test_a_package_that_was_never_installed_says_so(monkeypatch) -> None:
    def nothing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(selfcheck.metadata, "requires", nothing)
    (problem,) = selfcheck._check_packages()
    assert "compresslab is not installed" in problem


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_an_unsupported_python_is_named(monkeypatch, version: tuple[int, int, int]) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    (problem,) = selfcheck._check_python()
    assert problem.endswith("make the environment with 3.11 to 3.13.")


def test_a_full_disk_is_found_before_a_run_fills_it(monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3e8))
    (problem,) = selfcheck._check_storage()
    assert problem.startswith("only 0.3 GB are free")
