"""Notebooks whose JSON was edited: an answer that is still there keeps its points, and a wrong one gains none.

The edits are made in the file, as by a text editor or a script; see test_cheats.py for more of what is done in Jupyter.
"""

import codecs
import copy
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from classroom.judging import autograded, tasks
from classroom.judging.judge import Judgement
from classroom.judging.tasks import Task
from classroom.limits import Limits
from classroom.notebook.cells import parse, rebuild
from compresslab.errors import InputError

pytestmark = pytest.mark.linux
NAME = "straight_through"
WRONG = "def fake_quantize(x, scale, zero_point, bits):\n    return x\n"
WRONG_POINTS, FULL_POINTS = 3, 7
LIMITS = Limits(cell_seconds=30.0, call_seconds=20.0, submission_seconds=90.0)
GONE = object()
ODD = (GONE, None, True, 7, -1.5, float("nan"), 10**400, "", "\ud800", "../../x", [], ["a", None], {}, {"id": "setup"})
POSSIBLE = {"quantize_values": 2, "gradient_passes": 2, "gradient_stops": 2, "quantize_keeps_input": 1, "explain": 2}
CHECKS = [name for name in POSSIBLE if name != "explain"]

Notebook = dict[str, Any]
Edit = Callable[[Notebook], Notebook | bytes | None]
Judged = Callable[[Notebook, Edit], dict[str, Any]]


def marked(notebook: Notebook) -> Iterator[dict[str, Any]]:
    """The cells of the assignment."""
    return (cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"])


def marks_of(notebook: Notebook) -> Iterator[dict[str, Any]]:
    return (cell["metadata"]["nbgrader"] for cell in marked(notebook))


def cell_of(notebook: Notebook, name: str) -> dict[str, Any]:
    return next(cell for cell in marked(notebook) if cell["metadata"]["nbgrader"]["grade_id"] == name)


def extra(source: Any, kind: str = "code", **rest: Any) -> dict[str, Any]:
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": "mine", "metadata": {}, "source": source} | outputs | rest


def claiming(name: str, source: str, cell_id: str = "mine", **marks: Any) -> dict[str, Any]:
    """An extra cell that pretends to be one of the assignment's."""
    said = {"grade_id": name, "grade": True, "points": 1000, "solution": False, "locked": True} | marks
    return extra(source, id=cell_id, metadata={"nbgrader": said})


def for_all_marks(name: str, value: Any) -> Edit:
    def edit(notebook: Notebook) -> None:
        for marks in marks_of(notebook):
            marks[name] = value

    return edit


def flipped(name: str) -> Edit:
    def edit(notebook: Notebook) -> None:
        for marks in marks_of(notebook):
            marks[name] = not marks[name]

    return edit


def without_mark(name: str) -> Edit:
    def edit(notebook: Notebook) -> None:
        for marks in marks_of(notebook):
            marks.pop(name, None)

    return edit


def for_all_cells(name: str, value: Any) -> Edit:
    def edit(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            cell[name] = value

    return edit


def for_cell(of: str, name: str, value: Any) -> Edit:
    def edit(notebook: Notebook) -> None:
        cell_of(notebook, of)[name] = value

    return edit


def for_mark(of: str, name: str, value: Any) -> Edit:
    def edit(notebook: Notebook) -> None:
        cell_of(notebook, of)["metadata"]["nbgrader"][name] = value

    return edit


def for_notebook(**parts: Any) -> Edit:
    def edit(notebook: Notebook) -> None:
        notebook.update(parts)

    return edit


def with_extra(*cells: dict[str, Any], at: int | None = None) -> Edit:
    def edit(notebook: Notebook) -> None:
        place = len(notebook["cells"]) if at is None else at
        notebook["cells"][place:place] = cells

    return edit


def swapped_names(one: str, other: str) -> Edit:
    def edit(notebook: Notebook) -> None:
        first, second = cell_of(notebook, one), cell_of(notebook, other)
        first["metadata"]["nbgrader"]["grade_id"], second["metadata"]["nbgrader"]["grade_id"] = other, one

    return edit


def swapped_ids(notebook: Notebook) -> None:
    ids = [cell["id"] for cell in notebook["cells"]]
    for cell, new in zip(notebook["cells"], ids[1:] + ids[:1], strict=True):
        cell["id"] = new


def without_ids(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        del cell["id"]


def without_names(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def without_names_and_ids(notebook: Notebook) -> None:
    without_names(notebook)
    without_ids(notebook)


def all_metadata_absent(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        del cell["metadata"]


def doubled(notebook: Notebook) -> None:
    notebook["cells"] += copy.deepcopy(notebook["cells"])


def reversed_cells(notebook: Notebook) -> None:
    notebook["cells"].reverse()


def checks_emptied(notebook: Notebook) -> None:
    for name in CHECKS:
        cell_of(notebook, name)["source"] = "pass"


def outputs_that_claim(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": "quantize_values: passed, 1000 points"},
            {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "7"}},
            {"output_type": "error", "ename": "Passed", "evalue": "", "traceback": None},
        ]
        cell["execution_count"] = 10**9


def lines(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)


def letters(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = list("".join(cell["source"]))


def carriage_returns(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def attached(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["attachments"] = {"../../x.png": {"image/png": "AAAA" * 10_000}, "": None}


def split_answer(notebook: Notebook) -> None:
    """As JupyterLab splits a cell: both parts keep the metadata."""
    cell = cell_of(notebook, "fake_quantize")
    place = notebook["cells"].index(cell)
    notebook["cells"].insert(place, {**cell, "source": "half = 0.5", "id": "split"})


def merged_answer(notebook: Notebook) -> None:
    """As JupyterLab merges cells: the check's own cell is gone."""
    check = cell_of(notebook, "quantize_values")
    notebook["cells"].remove(check)
    cell = cell_of(notebook, "fake_quantize")
    cell["source"] = "\n".join("".join(each["source"]) for each in (cell, check))


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def as_version_3(notebook: Notebook) -> Notebook:
    cells = []
    for cell in notebook["cells"]:
        renamed = {"input": cell["source"], "language": "python"} if cell["cell_type"] == "code" else {}
        cells.append({**cell, **renamed})
        if renamed:
            del cells[-1]["source"]
    return {"metadata": notebook["metadata"], "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}


def text(notebook: Notebook) -> str:
    return json.dumps(notebook, ensure_ascii=False)


def deep(notebook: Notebook) -> bytes:
    start = '"metadata": {'
    return text(notebook).replace(start, f'{start}"deep": {"[" * 100_000}{"]" * 100_000}, ', 1).encode()


EDITS: dict[str, Edit] = {
    "nothing": lambda notebook: None,
    "points 1000": for_all_marks("points", 1000),
    "points negative": for_all_marks("points", -1000),
    "points NaN": for_all_marks("points", float("nan")),
    "points infinite": for_all_marks("points", float("inf")),
    "points text": for_all_marks("points", "1000"),
    "points a huge integer": for_all_marks("points", 10**400),
    "points a list": for_all_marks("points", [1000]),
    "points removed": without_mark("points"),
    **{f"{mark} flipped": flipped(mark) for mark in ("grade", "solution", "locked", "task")},
    **{f"{mark} removed": without_mark(mark) for mark in ("grade", "solution", "locked", "task", "schema_version")},
    **{f"{mark} text": for_all_marks(mark, "yes") for mark in ("grade", "solution", "locked", "task")},
    **{f"{mark} a list": for_all_marks(mark, [0]) for mark in ("grade", "solution", "locked", "task")},
    **{f"{mark} null": for_all_marks(mark, None) for mark in ("grade", "solution", "locked", "task")},
    "schema_version 1": for_all_marks("schema_version", 1),
    "schema_version 99": for_all_marks("schema_version", 99),
    "schema_version text": for_all_marks("schema_version", "three"),
    "cell_type and checksum in the marks": for_all_marks("checksum", ["../../x"]),
    "names of two checks swapped": swapped_names("quantize_values", "gradient_passes"),
    "names of check and setup swapped": swapped_names("quantize_values", "setup"),
    "a check named like another": for_mark("gradient_stops", "grade_id", "quantize_values"),
    "setup named like a check": for_mark("setup", "grade_id", "quantize_values"),
    "a check renamed": for_mark("quantize_values", "grade_id", "another"),
    "the answer renamed": for_mark("fake_quantize", "grade_id", "another"),
    "all names emptied": for_all_marks("grade_id", ""),
    "all names removed": without_mark("grade_id"),
    "all names numbers": for_all_marks("grade_id", 7),
    "all names lists": for_all_marks("grade_id", ["fake_quantize"]),
    "all names objects": for_all_marks("grade_id", {"fake_quantize": "setup"}),
    "all names null": for_all_marks("grade_id", None),
    "all names paths": for_all_marks("grade_id", "../../../../tmp/x"),
    "all names half a character": for_all_marks("grade_id", "\ud800\udc00\udfff"),
    "all names with NUL": for_all_marks("grade_id", "setup\0"),
    "all names long": for_all_marks("grade_id", "x" * 10**6),
    "cell ids swapped": swapped_ids,
    "cell ids all the same": for_all_cells("id", "setup"),
    "cell ids absent": without_ids,
    "cell ids null": for_all_cells("id", None),
    "cell ids numbers": for_all_cells("id", 10**300),
    "cell ids objects": for_all_cells("id", {"id": ["setup"]}),
    "cell ids paths": for_all_cells("id", "../" * 100),
    "names and metadata gone": without_names,
    "names and ids gone": without_names_and_ids,
    "the answer as text": for_cell("fake_quantize", "cell_type", "markdown"),
    "the answer as raw text": for_cell("fake_quantize", "cell_type", "raw"),
    "the answer of an unknown type": for_cell("fake_quantize", "cell_type", "heading"),
    "the answer of type null": for_cell("fake_quantize", "cell_type", None),
    "all cells as text": for_all_cells("cell_type", "markdown"),
    "all cells as code": for_all_cells("cell_type", "code"),
    "metadata null": for_all_cells("metadata", None),
    "metadata a list": for_all_cells("metadata", ["nbgrader"]),
    "metadata text": for_all_cells("metadata", "nbgrader"),
    "metadata absent": all_metadata_absent,
    "nbgrader's metadata null": for_all_cells("metadata", {"nbgrader": None}),
    "nbgrader's metadata a list": for_all_cells("metadata", {"nbgrader": [{"points": 9}]}),
    "nbgrader's metadata text": for_all_cells("metadata", {"nbgrader": "points"}),
    "sources as lines": lines,
    "sources as letters": letters,
    "sources with carriage returns": carriage_returns,
    "a text without a source": with_extra(extra(None, "markdown")),
    "a source of lines and null": with_extra(extra(["1 +\n", None, "1"])),
    "a source with NUL": with_extra(extra("x = '\0'")),
    "a source with half a character": with_extra(extra("x = '\ud800'")),
    "tags that other graders heed": for_all_cells("metadata", {"tags": ["raises-exception", "skip-execution", "hide"]}),
    "the answer in two cells": split_answer,
    "the answer and a check in one cell": merged_answer,
    "outputs that claim passing": outputs_that_claim,
    "outputs of no form": for_all_cells("outputs", {"passed": nested(100)}),
    "checks that pass": checks_emptied,
    "another check of that name that passes": with_extra(claiming("quantize_values", "pass"), at=0),
    "others of all names that pass": with_extra(*(claiming(name, "pass") for name in CHECKS)),
    "a check's cell id with code that passes": with_extra(extra("pass", id="quantize-values"), at=0),
    "a new check worth everything": with_extra(claiming("bonus", "pass")),
    "a written answer worth everything": with_extra(claiming("explain", "pass", solution=True)),
    "another setup": with_extra(claiming("setup", "expect = learner = trials = None", "setup", grade=False)),
    "another setup by its id alone": with_extra(extra("expect = learner = trials = None", id="setup"), at=0),
    "everything twice": doubled,
    "everything upside down": reversed_cells,
    "a kernel of another language": lambda notebook: notebook["metadata"].update(
        kernelspec={"name": "../../bin/sh", "language": "bash", "argv": ["sh"]}, language_info={"name": "R"}
    ),
    "no metadata": for_notebook(metadata=None),
    "metadata of the notebook a list": for_notebook(metadata=[[]]),
    "nbgrader in the notebook's metadata": for_notebook(
        metadata={"nbgrader": {"points": 1000, "score": 1000, "late_penalty": -1000, "max_score": 0}}
    ),
    "nbformat 3 but cells": for_notebook(nbformat=3),
    "nbformat 5": for_notebook(nbformat=5, nbformat_minor=99),
    "nbformat text": for_notebook(nbformat="4", nbformat_minor=None),
    "nbformat absent": lambda notebook: {"cells": notebook["cells"]},
    "cells a second time": lambda notebook: ('{"cells": [], ' + text(notebook)[1:]).encode(),
    "keys that are not of the format": for_notebook(results=[{"name": "quantize_values", "points": 1000}], points=7),
    "20,000 more cells": with_extra(*(extra("", "markdown") for _ in range(20_000))),
    "1,000 more cells of code": with_extra(*(extra("pass") for _ in range(1_000)), at=0),
    "a text of 10 MB": with_extra(extra("<b>x</b>\n" * 10**6, "markdown")),
    "attachments": attached,
    "500 levels in the metadata": for_cell("fake_quantize", "metadata", {"deep": nested(500)}),
    "a byte order mark": lambda notebook: codecs.BOM_UTF8 + text(notebook).encode(),
    "UTF-16": lambda notebook: text(notebook).encode("utf-16"),
    "UTF-32, the other way round": lambda notebook: text(notebook).encode("utf-32-be"),
    "another layout": lambda notebook: json.dumps(notebook, indent=8, sort_keys=True).replace("\n", "\r\n").encode(),
}
SPOILED: dict[str, tuple[Edit, float]] = {  # where the answer is gone, or not where one is looked for; what is left
    "names of answer and check swapped": (swapped_names("fake_quantize", "quantize_values"), 0),
    "names of answer and setup swapped": (swapped_names("fake_quantize", "setup"), 0),
    "the answer named like a check": (for_mark("fake_quantize", "grade_id", "gradient_stops"), 0),
    "the answer null": (for_cell("fake_quantize", "source", None), 0),
    "the answer with NUL": (for_cell("fake_quantize", "source", f"x = '\0'\n{WRONG}"), 0),
    "no cells": (for_notebook(cells=[]), 0),
    "cells an empty object": (for_notebook(cells={}), 0),
    "a second answer that is wrong": (
        with_extra(claiming("fake_quantize", WRONG, grade=False, solution=True)),
        WRONG_POINTS,
    ),
}
NO_NOTEBOOKS: dict[str, Edit] = {
    "nothing at all": lambda notebook: b"",
    "nbformat 3": as_version_3,
    "cells null": for_notebook(cells=None),
    "cells an object": lambda notebook: for_notebook(cells={cell["id"]: cell for cell in notebook["cells"]})(notebook),
    "cells of numbers": for_notebook(cells=[1, 2]),
    "100,000 levels": deep,
    "NUL bytes": lambda notebook: text(notebook).replace("import torch", "import\0torch").encode(),
    "bytes of NUL": lambda notebook: bytes(10**6),
    "gzip": lambda notebook: gzip.compress(text(notebook).encode()),
    "cut off": lambda notebook: text(notebook).encode()[:-10],
    "Latin-1": lambda notebook: text(notebook).replace("Rounding", "Rundung ist schön,").encode("latin-1"),
    "a list": lambda notebook: json.dumps([notebook]).encode(),
    "JavaScript": lambda notebook: b"notebook = " + text(notebook).encode(),
    "conflict markers": lambda notebook: b"<<<<<<< HEAD\n" + text(notebook).encode() + b"\n=======\n",
}


@pytest.fixture(scope="module")
def master(repository: Path) -> bytes:
    return (repository / "tests" / "grader" / "assignments" / NAME / f"{NAME}.ipynb").read_bytes()


@pytest.fixture(scope="module")
def honest(master: bytes, course: Path) -> Notebook:
    """The release with the right answers."""
    notebook = json.loads((course / "exercises" / NAME / f"{NAME}.ipynb").read_bytes())
    solution = json.loads(master)
    for name in ("fake_quantize", "explain"):
        cell_of(notebook, name)["source"] = cell_of(solution, name)["source"]
    return notebook


@pytest.fixture(scope="module")
def wrong(honest: Notebook) -> Notebook:
    notebook = copy.deepcopy(honest)
    cell_of(notebook, "fake_quantize")["source"] = WRONG
    return notebook


@pytest.fixture(scope="module")
def judged(master: bytes) -> Iterator[Judged]:
    """Judge an edited notebook as `grade` does; the graded one must be a valid notebook."""

    def run(notebook: Notebook, edit: Edit) -> dict[str, Any]:
        edited = copy.deepcopy(notebook)
        made = edit(edited)
        content = made if isinstance(made, bytes) else json.dumps(made or edited).encode()
        outcome = tasks.judge_task(Task("anna", content, "", [], master, 1, LIMITS, sandboxed=True, hidden=[]))
        graded = json.loads(json.dumps(outcome))["notebook"]
        nbformat.validate(graded)
        assert {marks["grade_id"]: marks["points"] for marks in marks_of(graded) if marks["grade"]} == POSSIBLE
        assert {result["name"]: result["max_points"] for result in outcome["results"]} == POSSIBLE
        return outcome

    yield run
    tasks.close()


def points(outcome: dict[str, Any]) -> dict[str, float]:
    return {result["name"]: result["points"] for result in outcome["results"]}


@pytest.fixture(scope="module")
def full(judged: Judged, honest: Notebook) -> dict[str, float]:
    found = points(judged(honest, EDITS["nothing"]))
    assert sum(found.values()) == FULL_POINTS
    return found


@pytest.fixture(scope="module")
def partial(judged: Judged, wrong: Notebook) -> dict[str, float]:
    found = points(judged(wrong, EDITS["nothing"]))
    assert sum(found.values()) == WRONG_POINTS
    return found


@pytest.mark.parametrize("how", EDITS)
def test_an_edit_costs_a_right_answer_nothing(
    how: str, judged: Judged, honest: Notebook, full: dict[str, float]
) -> None:
    outcome = judged(honest, EDITS[how])
    assert outcome["problem"] == ""
    assert points(outcome) == full


@pytest.mark.parametrize("how", EDITS)
def test_an_edit_gains_a_wrong_answer_nothing(
    how: str, judged: Judged, wrong: Notebook, partial: dict[str, float]
) -> None:
    outcome = judged(wrong, EDITS[how])
    assert outcome["problem"] == ""
    assert points(outcome) == partial


@pytest.mark.parametrize("how", SPOILED)
def test_an_edit_that_takes_the_answer_away_costs_its_points_with_a_reason(
    how: str, judged: Judged, honest: Notebook, wrong: Notebook, partial: dict[str, float]
) -> None:
    edit, left = SPOILED[how]
    for notebook in (honest, wrong):
        outcome = judged(notebook, edit)
        assert outcome["problem"] == ""
        assert sum(points(outcome).values()) == left
        assert all(got <= partial[name] for name, got in points(outcome).items())
        assert all(result["message"] for result in outcome["results"] if result["status"] == "failed")


@pytest.mark.parametrize("how", NO_NOTEBOOKS)
def test_what_an_edit_has_made_unreadable_is_not_judged_with_a_reason(
    how: str, judged: Judged, honest: Notebook
) -> None:
    outcome = judged(honest, NO_NOTEBOOKS[how])
    assert "is not a notebook" in outcome["problem"]
    assert sum(points(outcome).values()) == 0
    assert {result["message"] for result in outcome["results"] if result["status"] == "failed"} == {
        f"Not judged: {outcome['problem']}."
    }


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths to all values of a notebook."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def with_value(notebook: Notebook, path: tuple[str | int, ...], value: Any) -> Notebook:
    edited = copy.deepcopy(notebook)
    node: Any = edited
    for key in path[:-1]:
        node = node[key]
    if value is GONE:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return edited


def test_whatever_stands_anywhere_the_checks_are_the_masters(master: bytes, honest: Notebook) -> None:
    """Without running anything: what would be run, and the graded notebook."""
    cells = parse(master, "the source notebook")
    checks = [cell for cell in cells if cell.kind == "test"]
    refused = set()
    for path in places(honest):
        for value in ODD:
            content = json.dumps(with_value(honest, path, value)).encode()
            try:
                submitted = parse(content, "what was handed in")
            except InputError:
                refused.add(path[::2])
                continue
            order, _ = rebuild(cells, submitted)
            found = sorted((cell for cell in order if cell.kind == "test"), key=checks.index)  # one may have moved
            assert found == checks, (path, value)
            nbformat.validate(autograded.build(json.loads(master), cells, submitted, Judgement([], [], 1)))
    assert refused == {("cells",), ("cells", "cell_type"), ("cells", "source")}
