"""The library is built in floors: a module imports from its own floor and from those below, never from above."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

BELOW_ALL = {"arguments", "errors", "files", "modes", "onnx_file"}
TECHNIQUES = {"pruning", "quantization", "distillation", "factorization"}  # and these not from each other
FLOORS = (
    BELOW_ALL,
    {"data", "models", "cost"},
    {"training"},
    TECHNIQUES,
    {"benchmark", "hardware", "evaluation", "sensitivity", "pareto", "search", "roofline"},
    {"pipeline", "deploy"},
    {"plots", "explorers", "quiz", "recorded", "capstone", "selfcheck"},
)
FLOOR_OF = {module: number for number, floor in enumerate(FLOORS) for module in floor}


def imports(library: Path, package: str) -> dict[str, set[str]]:
    """The other parts of `package` that each of its parts imports; a part is a module or a sub-package."""
    found: dict[str, set[str]] = {}
    for path in (library / package).rglob("*.py"):
        part = path.relative_to(library / package).parts[0].removesuffix(".py")
        if part == "__init__":  # the package's own: below everything, since all imports pass through it
            part = ""
        named = found.setdefault(part, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}:{node.lineno}: import by the full name"
                named |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def parts_of(names: set[str], package: str) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith(f"{package}.")}


@pytest.fixture(scope="module")
def graph(repository: Path) -> dict[str, set[str]]:
    found = imports(repository / "lib", "compresslab")
    return {part: parts_of(names, "compresslab") - {part} for part, names in found.items()}


def test_every_module_has_a_floor(graph) -> None:
    unknown = graph.keys() - FLOOR_OF.keys() - {""}
    assert not unknown, f"add {sorted(unknown)} to the floor they belong to, in FLOORS in this file"


def test_no_module_imports_from_a_higher_floor(graph) -> None:
    upward = {
        (part, other) for part in graph.keys() - {""} for other in graph[part] if FLOOR_OF[other] > FLOOR_OF[part]
    }
    assert upward == set()


def test_techniques_do_not_import_each_other(graph) -> None:
    assert {part: graph[part] & TECHNIQUES for part in graph.keys() & TECHNIQUES if graph[part] & TECHNIQUES} == {}


def test_nothing_imports_in_a_circle(graph) -> None:
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_the_package_itself_imports_none_of_its_modules(graph) -> None:
    assert graph[""] == set(), "`import compresslab` must stay light: selfcheck explains broken installations"


def test_the_library_does_not_import_the_classroom(repository) -> None:
    found = imports(repository / "lib", "compresslab")
    users = [part for part, names in found.items() if any(name.split(".")[0] == "classroom" for name in names)]
    assert users == []


def test_an_upward_import_would_be_found(tmp_path) -> None:
    package = tmp_path / "compresslab"
    (package / "pruning").mkdir(parents=True)
    (package / "pruning" / "masks.py").write_text(
        "import compresslab.plots\ndef f():\n    from compresslab import quantization\n    import classroom.grade\n"
    )
    found = imports(tmp_path, "compresslab")["pruning"]
    assert parts_of(found, "compresslab") == {"plots", "quantization"}
    assert "classroom.grade" in found
