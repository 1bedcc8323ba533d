"""What the documents and the CI call exists and is the same command everywhere."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml


@pytest.fixture(scope="module")
def targets(repository: Path) -> set[str]:
    (phony,) = re.findall(r"^\.PHONY: (.+)$", (repository / "Makefile").read_text(), re.MULTILINE)
    return set(phony.split())


def test_help_lists_every_target(repository: Path, targets: set[str]) -> None:
    shown = subprocess.run(["make", "help"], cwd=repository, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make ([\w-]+) +\S", shown, re.MULTILINE)) == targets
    assert subprocess.run(["make"], cwd=repository, capture_output=True, text=True, check=True).stdout == shown


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "course/INSTRUCTORS.md"])
def test_documents_name_targets_that_exist(repository: Path, targets: set[str], document: str) -> None:
    text = (repository / document).read_text(encoding="utf-8")
    assert set(re.findall(r"(?:^|`)make ([\w-]+)", text, re.MULTILINE)) <= targets


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "course/INSTRUCTORS.md"])
def test_documents_link_to_files_that_exist(repository: Path, document: str) -> None:
    path = repository / document
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_an_unsuitable_python_is_refused_in_one_sentence(repository: Path, tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((repository / name).read_bytes())
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for python in (str(old), "no-such-python"):
        made = subprocess.run(
            ["make", "lab", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert made.returncode != 0
        assert f"{python} is missing or not Python 3.11 to 3.13" in made.stderr
        assert "make lab PYTHON=" in made.stderr
        assert not (tmp_path / ".venv").exists()


def test_every_ci_runs_the_same_command(repository: Path) -> None:
    workflow = yaml.safe_load((repository / ".github/workflows/ci.yml").read_text())
    commands = [step["run"] for step in workflow["jobs"]["test"]["steps"] if "run" in step]
    assert [command.partition(" TEST_FLAGS=")[0] for command in commands] == ["make test PYTHON=python"]
    script = repository / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().splitlines()[-1] == "make test </dev/null"
