"""What stands behind a recorded result: its data, how often it was measured, its spread, its machine, its script."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compresslab.recorded import CAPSTONES, load_recorded
from coursebook.chapters import ROOT

_COUNTS = {  # from a record's fields to what they count
    "seeds": "seeds",
    "documents": "documents",
    "rounds": "rounds",
    "processes": "processes",
    "trials": "trials",
    "compared_images": "compared images",
    "test_images": "test images",
}
_SPREADS = {"interval": "intervals", "sd": "standard deviation", "sd_of_seeds": "standard deviation of seeds"}


@dataclass(frozen=True)
class Record:
    """A recorded result.

    Attributes:
        name: as `load_recorded` takes it.
        data: what it was measured on.
        subject: the model, or what was done.
        count: of what was measured, in words.
        spread: how it is told: intervals, seeds one by one, ...; "" where it tells none.
        machine: the processor, and the version of PyTorch.
        script: that made it, below the root of the repository.
    """

    name: str
    data: str
    subject: str
    count: str
    spread: str
    machine: str
    script: str


def record(name: str, root: Path = ROOT) -> Record:
    """What stands behind a recorded result.

    Raises:
        InputError: there is no such result.

    >>> found = record("pruning/movement_digits")
    >>> found.data, found.spread
    ('digits, from classes 0-4 to 5-9', '95% intervals')
    """
    found = load_recorded(name)
    subjects = (found.get(field) for field in ("model", "network", "student", "what"))
    machine: dict[str, Any] = next((value for key, value in _walk(found) if key == "machine"), {})
    torch = machine.get("packages", {}).get("torch", "")
    return Record(
        name=name,
        data=_data(found),
        subject=next((str(subject) for subject in subjects if subject), ""),
        count=", ".join(_counts(found)),
        spread=", ".join(_spreads(found)),
        machine=", ".join(part for part in (machine.get("cpu", ""), torch and f"torch {torch}") if part),
        script=_script(name, root),
    )


def named_in(source: str, root: Path = ROOT) -> list[str]:
    """The recorded results that a cell's code loads.

    >>> named_in('load_recorded("pipeline/coding")')
    ['pipeline/coding']
    >>> named_in('[load_recorded(f"pipeline/{name}") for name in ("joint", "orders")]')
    ['pipeline/joint', 'pipeline/orders']
    """
    tree = ast.parse(source)
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    names = list(CAPSTONES) if _calls(tree, "quick_reference") else []
    for call in _calls(tree, "load_recorded"):
        match call.args[0]:
            case ast.Constant(value=name):
                names.append(str(name))
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                names += [f"{start}{word}" for word in words if (root / "reference" / f"{start}{word}.json").is_file()]
    return names


def _calls(tree: ast.AST, function: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == function]


def _data(found: dict[str, Any]) -> str:
    data = found.get("data")
    if data is None:  # a record that has its parts' data
        data = next((value for key, value in _walk(found) if key == "data"), "")
    return str(data["name"] if isinstance(data, dict) else data)


def _counts(found: dict[str, Any]) -> Iterator[str]:
    if isinstance(found.get("n"), int):
        yield f"{found['n']} cases"
    told: set[str] = set()
    for key, value in _walk(found):
        if key == "images" and isinstance(value, dict) and "test" in value:
            key, value = "test_images", value["test"]
        elif key == "images" and isinstance(value, int):
            key = "test_images"
        if key not in _COUNTS or key in told:
            continue
        if isinstance(value, list):
            value = len(value)
        if isinstance(value, int):
            told.add(key)
            unit = _COUNTS[key]
            yield f"{value:,} {unit if value != 1 else unit.removesuffix('s')}"


def _spreads(found: dict[str, Any]) -> Iterator[str]:
    level = next((value for key, value in _walk(found) if key in ("level", "confidence")), None)
    keys = {key for key, _ in _walk(found)}
    for key, words in _SPREADS.items():
        if key in keys:
            yield f"{level:.0%} {words}" if key == "interval" and isinstance(level, float) else words
    if isinstance(found.get("spread"), str):
        yield found["spread"]
    if keys & {"by_seed", "seed"} and isinstance(found.get("seeds"), list) and len(found["seeds"]) > 1:
        yield "each seed"


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """All fields of a record, the outer ones first."""
    level = [value]
    while level:
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                yield from each.items()
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        level = inner


def _script(name: str, root: Path) -> str:
    """The script of the same name beside a record, or the one that names it."""
    beside = root / "reference" / f"{name}.py"
    if beside.is_file():
        return beside.relative_to(root).as_posix()
    scripts = sorted((root / "reference").rglob("*.py"))
    stem = Path(name).name
    named = [path for path in scripts if stem in path.read_text(encoding="utf-8")] or [
        path for path in scripts if path.stem.startswith("record_") and path.stem.removeprefix("record_") in stem
    ]
    return named[0].relative_to(root).as_posix() if named else ""
