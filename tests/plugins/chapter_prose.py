"""What a chapter says in its text."""

from pathlib import Path

import nbformat

COURSE = Path(__file__).parents[2] / "course"


def prose(chapter: str) -> str:
    (path,) = COURSE.glob(f"{chapter}_*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
