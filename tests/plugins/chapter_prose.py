"""What a chapter says in its text, and the sittings that it has."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

COURSE = Path(__file__).parents[2] / "course"


def prose(chapter: str) -> str:
    (path,) = COURSE.glob(f"{chapter}_*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def sittings(cells: list[NotebookNode]) -> list[list[NotebookNode]]:
    """The cells of each sitting, which begins with a heading of the first level. Most chapters have one."""
    found: list[list[NotebookNode]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# ") and found[-1]:
            found.append([])
        found[-1].append(cell)
    return found
