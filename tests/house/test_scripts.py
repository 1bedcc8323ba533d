"""The scripts in `reference/` run for minutes or hours, so no test runs them; but what they import must exist."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(
    path
    for path in (ROOT / "reference").rglob("*.py")
    if not any(part.startswith("fresh") and part != "fresh_answers.py" for part in path.parts)
)


def missing(source: str) -> list[str]:
    """Names that a script takes from the project's own packages, and that are not there."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(("compresslab", "classroom")):
            continue
        try:
            module = importlib.import_module(node.module or "")
        except ModuleNotFoundError:
            found.append(str(node.module))
            continue
        names = [alias.name for alias in node.names if not hasattr(module, alias.name)]
        found += [f"{node.module}.{name}" for name in names if not _submodule(f"{node.module}.{name}")]
    return found


def _submodule(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return False
    return True


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_script_imports_exists(script: Path) -> None:
    assert missing(script.read_text()) == []


def test_a_name_that_is_gone_is_seen() -> None:
    source = "from compresslab.files import write_json, gone\nfrom compresslab.nowhere import x\nimport torch"
    assert missing(source) == ["compresslab.files.gone", "compresslab.nowhere"]
