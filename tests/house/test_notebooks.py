"""Notebooks are committed as a person would want to read their difference: no outputs, stable cell ids."""

import json
from pathlib import Path

import nbformat

FOLDERS = ("course", "solutions", "exercises")


def test_notebooks_are_valid_have_no_outputs_and_keep_their_cell_ids(repository: Path) -> None:
    notebooks = [path for folder in FOLDERS for path in (repository / folder).rglob("*.ipynb")]
    problems = {
        str(path.relative_to(repository)): found
        for path in notebooks
        if ".ipynb_checkpoints" not in path.parts and (found := blemishes(path))
    }
    assert problems == {}


def test_each_blemish_is_found(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    cells = [nbformat.v4.new_code_cell("1 + 1") for _ in range(3)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(notebook, path)
    assert blemishes(path) == []

    cells[0].execution_count = 1
    cells[1].outputs = [nbformat.v4.new_output("stream", text="2")]
    path.write_text(json.dumps(notebook))
    assert blemishes(path) == ["cell 1 has outputs", "cell 2 has outputs"]

    cells[2].id = cells[1].id
    path.write_text(json.dumps(notebook))
    assert blemishes(path)[-1] == "cells without an id of their own"
    for cell in cells:
        del cell["id"]
    path.write_text(json.dumps(notebook))
    assert blemishes(path)[-1] == "cells without an id of their own"


def blemishes(path: Path) -> list[str]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"]
    found = [
        f"cell {number} has outputs"
        for number, cell in enumerate(cells, 1)
        if cell.get("outputs") or cell.get("execution_count")
    ]
    if len({cell.get("id") for cell in cells} - {None}) < len(cells):
        return [*found, "cells without an id of their own"]  # nbformat would quietly make some up
    nbformat.validate(nbformat.from_dict(notebook))
    return found
