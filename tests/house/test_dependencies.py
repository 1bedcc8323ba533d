"""The one list of dependencies: complete, bounded, pinned where tested, and repeated nowhere."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from compresslab.selfcheck import NEWEST_PYTHON, OLDEST_PYTHON


@pytest.fixture(scope="module")
def project(repository: Path) -> dict:
    return tomllib.loads((repository / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def constraints(repository: Path) -> dict[str, Requirement]:
    lines = (repository / "constraints.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in pins}


def everything(project: dict) -> list[Requirement]:
    extras = project["optional-dependencies"].values()
    return [Requirement(line) for line in [*project["dependencies"], *(line for extra in extras for line in extra)]]


def test_constraints_pin_one_tested_version_of_every_dependency(project, constraints) -> None:
    for wanted in everything(project):
        pin = constraints[canonicalize_name(wanted.name)]
        (specifier,) = pin.specifier
        assert specifier.operator == "==", pin
        assert specifier.version in wanted.specifier, f"{pin} is outside of {wanted}"


def test_each_dependency_has_a_lower_bound_and_stands_once(project) -> None:
    wanted = everything(project)
    assert [str(each) for each in wanted if [spec.operator for spec in each.specifier] != [">="]] == []
    names = [canonicalize_name(each.name) for each in wanted]
    assert len(names) == len(set(names))


def test_the_library_imports_only_what_is_declared(project, repository) -> None:
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    declared |= {canonicalize_name(Requirement(line).name) for line in project["optional-dependencies"]["scale"]}
    distributions = packages_distributions()
    undeclared = {}
    for path in (repository / "lib").rglob("*.py"):
        for module in imported_modules(path) - sys.stdlib_module_names - {"compresslab", "classroom", "coursebook"}:
            if not declared & {canonicalize_name(name) for name in distributions.get(module, [module])}:
                undeclared[module] = str(path.relative_to(repository))
    assert undeclared == {}, "add these to the dependencies in pyproject.toml"


def imported_modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.partition(".")[0])
    return found


def test_the_conda_environment_installs_the_project_and_no_version_of_its_own(project, repository) -> None:
    environment = yaml.safe_load((repository / "environment.yml").read_text())
    conda, (pip,) = (
        [entry for entry in environment["dependencies"] if isinstance(entry, kind)] for kind in (str, dict)
    )
    assert pip == {"pip": ["--constraint constraints.txt", "--editable ."]}
    python, installer = conda
    assert installer == "pip"
    version = re.fullmatch(r"python=(3\.\d+)", python)[1]
    assert version in SpecifierSet(project["requires-python"])


def test_every_place_that_names_the_supported_pythons_agrees(project, repository) -> None:
    oldest, newest = (".".join(map(str, version)) for version in (OLDEST_PYTHON, NEWEST_PYTHON))
    supported = SpecifierSet(project["requires-python"])
    minors = [f"3.{minor}" for minor in range(100) if Version(f"3.{minor}") in supported]
    assert (minors[0], minors[-1]) == (oldest, newest)
    workflow = yaml.safe_load((repository / ".github/workflows/ci.yml").read_text())
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == minors
    assert f"{OLDEST_PYTHON} <= sys.version_info[:2] <= {NEWEST_PYTHON}" in (repository / "Makefile").read_text()
    assert f"Python {oldest} to {newest}" in (repository / "README.md").read_text()
