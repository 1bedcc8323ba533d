"""Both packages are built in floors: a module imports from its own floor and from those below, never from above."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

BELOW_ALL = {"arguments", "errors", "files", "hidden_weights", "identity", "modes", "onnx_file", "onnx_session"}
TECHNIQUES = {"pruning", "quantization", "distillation", "factorization", "coding"}  # and these not from each other
FLOORS = (
    BELOW_ALL,
    {"data", "models", "cost", "hardware", "weights"},
    {"training"},
    TECHNIQUES,
    {
        "activations",
        "benchmark",
        "evaluation",
        "perplexity",
        "sensitivity",
        "pareto",
        "search",
        "roofline",
        "peaks",
        "advice",
        "devices",
        "operators",
        "latency_table",
    },
    {"joint", "pipeline", "deploy", "serving", "monitoring"},
    {"plots", "explorers", "quiz", "recorded", "recording", "capstone", "report", "selfcheck", "__main__"},
)
FLOOR_OF = {module: number for number, floor in enumerate(FLOORS) for module in floor}
CLASSROOM_FLOORS = (
    {"limits", "terminal", "exchange", "notebook"},
    {"checks", "sandbox"},
    {"judging"},
    {"authoring", "cohort", "study"},
    {"capstone"},
    {"doctor", "__main__"},
)
CLASSROOM_FLOOR_OF = {part: number for number, floor in enumerate(CLASSROOM_FLOORS) for part in floor}
BESIDE = ({"checks", "sandbox"}, {"authoring", "cohort", "study"}, {"exchange", "notebook"})  # not from each other


def imports(library: Path, package: str) -> dict[str, set[str]]:
    """The other parts of `package` that each of its parts imports; a part is a module or a sub-package."""
    found: dict[str, set[str]] = {}
    for path in (library / package).rglob("*.py"):
        part = path.relative_to(library / package).parts[0].removesuffix(".py")
        if path.name == "__main__.py":  # a command: above everything, also above the package that it is the command of
            part = "__main__"
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


@pytest.mark.parametrize("package", ["compresslab", "classroom"])
def test_what_makes_the_site_is_imported_by_neither(repository: Path, package: str) -> None:
    found = imports(repository / "lib", package)
    assert [part for part, names in found.items() if any(name.split(".")[0] == "coursebook" for name in names)] == []


@pytest.fixture(scope="module")
def classroom(repository: Path) -> dict[str, set[str]]:
    found = imports(repository / "lib", "classroom")
    return {part: parts_of(names, "classroom") - {part} for part, names in found.items()}


def test_the_graders_packages_have_floors_and_import_downwards(classroom) -> None:
    assert classroom.keys() - {""} == CLASSROOM_FLOOR_OF.keys()
    floor = CLASSROOM_FLOOR_OF
    upward = {(a, b) for a in classroom.keys() - {""} for b in classroom[a] if floor[b] > floor[a]}
    assert upward == set()


def test_the_graders_packages_that_stand_side_by_side_do_not_import_each_other(classroom) -> None:
    across = {(a, b) for rooms in BESIDE for a in rooms for b in classroom[a] & rooms}
    assert across == set(), "what runs learners' code knows no checks; what writes assignments knows no class"


def test_the_grader_imports_in_no_circle(classroom) -> None:
    TopologicalSorter(classroom).prepare()


def test_the_graders_modules_lie_in_its_packages(repository: Path) -> None:
    loose = {path.stem for path in (repository / "lib" / "classroom").glob("*.py")}
    assert loose == {"__init__", "__main__", "doctor", "limits", "terminal"}


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("classroom.limits", ["torch", "numpy", "nbgrader"]),
        ("classroom.sandbox.worker", ["classroom.checks", "classroom.judging", "classroom.notebook", "nbgrader"]),
        ("classroom.sandbox.fork_server", ["classroom.checks", "classroom.notebook", "nbgrader"]),
    ],
)
def test_an_import_loads_no_more_than_it_needs(module: str, absent: list[str]) -> None:
    script = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_graded_cells_import_from_the_package() -> None:
    script = "from classroom import expect, learner, spec, trials; print(trials.__module__)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "classroom.checks.trial"


def test_an_upward_import_would_be_found(tmp_path) -> None:
    package = tmp_path / "compresslab"
    (package / "pruning").mkdir(parents=True)
    (package / "pruning" / "masks.py").write_text(
        "import compresslab.plots\ndef f():\n    from compresslab import quantization\n    import classroom.cohort\n"
    )
    found = imports(tmp_path, "compresslab")["pruning"]
    assert parts_of(found, "compresslab") == {"plots", "quantization"}
    assert "classroom.cohort" in found
