"""The examples in docstrings run, and give what they say; every public function and class of the library has one."""

import doctest
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

LIBRARY = Path(__file__).parents[2] / "lib"
EXAMPLE = ">>> "
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
# What a graded cell uses, of the grader.
TOOLS = ("checks.calls", "checks.expect", "checks.trial", "exchange.givens", "exchange.spec")
# Commands: a test of their own runs them as a process.
COMMANDS = ("compresslab.capstone", "compresslab.report", "compresslab.selfcheck")
# Steps of one public function, `dependency_graph`, each of which takes what the step before it makes.
STEPS = tuple(
    f"compresslab.pruning.structured.{module}"
    for module in ("flow", "layer_rules", "nodes", "operators", "running", "shape_rules", "tracing")
)


def modules(package: str) -> list[str]:
    paths = sorted((LIBRARY / package).rglob("*.py"))
    names = [".".join(path.relative_to(LIBRARY).with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]


def source(name: str) -> str:
    path = LIBRARY.joinpath(*name.split("."))
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")


def public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The functions and classes that a module defines under a name without an underscore."""
    for name, value in vars(module).items():
        defined_here = getattr(value, "__module__", None) == module.__name__
        if defined_here and not name.startswith("_") and inspect.isroutine(value) | inspect.isclass(value):
            yield name, value


def examples(module: ModuleType) -> list[doctest.DocTest]:
    """The examples of a module in their order, also of decorated functions, which doctest alone passes over."""
    finder = doctest.DocTestFinder()
    found = finder.find(module)
    for name, value in public(module):
        if inspect.unwrap(value) is not value:
            found += finder.find(inspect.unwrap(value), f"{module.__name__}.{name}", module=False, globs=vars(module))
    return list({test.name: test for test in found if test.examples}.values())


@pytest.mark.parametrize("name", [m for p in ("classroom", "compresslab") for m in modules(p) if EXAMPLE in source(m)])
def test_the_examples_of_a_module_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for test in examples(importlib.import_module(name)):
        torch.manual_seed(0)  # an example draws without a seed where any numbers will do: the same ones each time here
        runner.run(test)
    ran = runner.summarize()
    assert ran.attempted == source(name).count(EXAMPLE), "an example that no docstring holds is not run"
    assert ran.failed == 0, "see the captured output"
    assert not list(tmp_path.iterdir()), "an example left a file behind"


def test_every_public_function_and_class_has_an_example() -> None:
    without = [
        f"{name}.{member}"
        for name in [*modules("compresslab"), *(f"classroom.{tool}" for tool in TOOLS)]
        if not name.startswith(COMMANDS + STEPS)
        for member, value in public(importlib.import_module(name))
        if EXAMPLE not in (value.__doc__ or "")
    ]
    assert not without, "give each a short example in its docstring: " + ", ".join(without)
