"""Copies are found however they are disguised, and independent right answers raise no alarm."""

import ast
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from small_class import NAME, answered, hand_in

from classroom.__main__ import main
from classroom.cohort import releases
from classroom.cohort.course import Course
from classroom.cohort.similar import RUN, Prints, compare, prints, similar

LEAST = 0.6  # as the command has it
LONG = 40  # digests of an answer that has several functions


def functions(source: str) -> list[str]:
    return [ast.unparse(part) for part in ast.parse(source).body]


def renamed(source: str) -> str:
    """Every name that the code binds, changed; those of modules and attributes stay, since it would not run."""
    tree = ast.parse(source)
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    new = {name: f"my_{number}" for number, name in enumerate(sorted(bound))}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in new:
                node.id = new[name]
            case ast.arg(arg=name) | ast.keyword(arg=str(name)) if name in new:
                node.arg = new[name]
    return ast.unparse(tree)


def reformatted(source: str) -> str:
    lines = [f"{line}  # line {number}\n\n" for number, line in enumerate(ast.unparse(ast.parse(source)).splitlines())]
    return re.sub(r"(?<=\w)\(", "( ", "".join(lines))


def with_other_texts(source: str) -> str:
    return re.sub(r'"""(.|\n)*?"""', '"""In other words."""', source).replace(
        "import torch\n", "import torch as t\nimport torch\n"
    )


def with_a_function_changed(source: str) -> str:
    parts = functions(source)
    median = sorted(range(len(parts)), key=lambda place: len(parts[place]))[len(parts) // 2]
    parts[median] = "def other(x):\n    return [each for each in range(x) if each % 7 == 3 and x > each ** 2]"
    return "\n".join(parts)


DISGUISES = {
    "nothing": lambda source: source,
    "names": renamed,
    "order": lambda source: "\n".join(reversed(functions(source))),
    "layout and comments": reformatted,
    "docstrings and aliases": with_other_texts,
    "all of these": lambda source: reformatted(renamed("\n".join(reversed(functions(with_other_texts(source)))))),
    "one function of its own": with_a_function_changed,
}


def given_in(repository: Path, chapter: str) -> Prints:
    (path,) = (repository / "exercises").glob(f"{chapter}*/*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return prints("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def own(source: str, given: Prints) -> Prints:
    return {digest: where for digest, where in prints([source]).items() if digest not in given}


@pytest.fixture(scope="module")
def right_answers(repository: Path) -> dict[str, dict[str, Prints]]:
    """By chapter, all answers: of several functions each, and those of writers who knew the exercise text alone."""
    found = {}
    for folder in sorted((repository / "tests/grader/right_answers").glob("ch*")):
        chapter = folder.name.split("_")[0]
        given = given_in(repository, chapter)
        paths = [*folder.glob("*.py")]
        paths += [*(repository / "reference/grading").glob(f"fresh*/{chapter}/right/*.py")]
        found[chapter] = {
            f"{path.parents[2].name}/{path.stem}": own(path.read_text(encoding="utf-8"), given) for path in paths
        }
    return found


def independent(first: str, second: str) -> bool:
    """Whether the two come from different writers: each folder of answers has its own."""
    return first.split("/")[0] != second.split("/")[0]


def test_independent_right_answers_raise_no_alarm(right_answers: dict[str, dict[str, Prints]]) -> None:
    alike: dict[bool, list[tuple[float, str, str, str]]] = {True: [], False: []}  # by whether both are long
    pairs = 0
    for chapter, answers in right_answers.items():
        pairs += sum(independent(*pair) for pair in itertools.combinations(answers, 2))
        for pair in compare(answers, 0.0):
            if independent(pair.first, pair.second):
                long = min(len(answers[pair.first]), len(answers[pair.second])) >= LONG
                alike[long].append((pair.share, chapter, pair.first, pair.second))
    assert pairs > 300 and sum(map(len, alike.values())) > 50, (pairs, alike)
    assert max(alike[True], default=(0,))[0] < LEAST - 0.05, max(alike[True])
    # An answer of one function, which a notebook never is: few ways to write it. The most alike share five eighths.
    assert max(alike[False])[0] < LEAST + 0.05, max(alike[False])


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_copy_is_found(disguise: str, repository: Path) -> None:
    for path in sorted((repository / "tests/grader/right_answers").glob("ch*/*.py")):
        source = path.read_text(encoding="utf-8")
        given = given_in(repository, path.parent.name)
        if len(own(source, given)) < LONG:
            continue  # an answer of a function or two
        found = {"first": own(source, given), "second": own(DISGUISES[disguise](source), given)}
        (pair,) = compare(found, 0.0)
        assert pair.share >= (LEAST if disguise == "one function of its own" else 0.95), path


def test_whatever_is_long_enough_and_the_same_shares_a_digest() -> None:
    """The guarantee of winnowing: a run of RUN + WINDOW - 1 tokens, wherever it stands."""
    values = ", ".join(map(str, range(100, 100 + RUN)))
    for before in range(12):
        for after in range(12):
            first = prints([f"a = [{'1, ' * before}{values}, {'2, ' * after}0]"])
            second = prints([f"b({'x(), ' * after}{values}, {'y(), ' * before}0)"])
            assert first.keys() & second.keys(), (before, after)


@pytest.mark.parametrize(
    "source", ["def f(:", "x = " + "(" * 500 + ")" * 500, "x\0y", "", "# nothing", "-" * 10**5 + "1", '"\\d"'],
    ids=["broken", "deep", "null", "empty", "comment", "minus", "escape"],
)  # fmt: skip
def test_odd_code_has_no_digests_and_stops_nothing(source: str) -> None:
    assert prints([source]) == {}


def test_the_command_lists_the_copy_and_leaves_the_release_out(
    make_class: Any, source: dict[str, Any], repository: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    here: Course = make_class()
    releases.release(here.root)
    released = json.loads((here.root / "exercises" / NAME / f"{NAME}.ipynb").read_text())
    code = (repository / "tests/grader/right_answers" / NAME / "autograd_function.py").read_text()
    other = (repository / "tests/grader/right_answers" / NAME / "clamp_then_detach.py").read_text()
    hand_in(here.root, "anna", answered(released, fake_quantize=code))
    hand_in(here.root, "ben", answered(released, fake_quantize=reformatted(renamed(code))))
    hand_in(here.root, "carla", answered(released, fake_quantize=other))
    for name in ("idle", "lazy"):
        hand_in(here.root, name, released)
    hand_in(here.root, "broken", "{")
    monkeypatch.chdir(here.root)
    assert main(["similar", NAME]) == 0
    pair, total, broken = capsys.readouterr().out.splitlines()
    assert pair.startswith("100%  anna and ben: ") and "fake_quantize" not in pair.partition(":")[0]
    assert total.startswith("1 pairs to look at") and broken.startswith("not compared: broken: ")


def test_a_copy_in_a_cell_that_was_retyped_is_found(make_class: Any, repository: Path) -> None:
    here: Course = make_class()
    releases.release(here.root)
    released = json.loads((here.root / "exercises" / NAME / f"{NAME}.ipynb").read_text())
    code = (repository / "tests/grader/right_answers" / NAME / "autograd_function.py").read_text()
    copied = answered(released, fake_quantize=code)
    hand_in(here.root, "anna", copied)
    for cell in copied["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "fake_quantize":
            cell["metadata"]["nbgrader"] |= {"solution": False, "locked": True}
    hand_in(here.root, "ben", copied)
    pairs, left_out = similar(here, NAME, LEAST)
    assert [(pair.first, pair.second, pair.share) for pair in pairs] == [("anna", "ben", 1.0)]
    assert left_out == []
