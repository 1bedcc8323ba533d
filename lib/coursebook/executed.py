"""Chapters as they ran: executed once, and kept beside a stamp of all that they depend on."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from compresslab.files import atomic_write
from coursebook import said
from coursebook.chapters import ROOT, read

KEPT = ROOT / "build" / "executed"
_SECONDS = 600  # for one cell


def execute(path: Path, *, mistakes: bool = False) -> NotebookNode:
    """Run a chapter from top to bottom in a fresh kernel, and ask what it says of its run. The file stays as it is.

    Args:
        path: of the notebook.
        mistakes: also try its checklist after each mistake that it must find.

    Returns:
        The notebook with its outputs. Its metadata has `seconds`, `said` and `mistakes`.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    notebook = read(path)
    notebook.cells = said.with_questions(path.stem, notebook.cells, mistakes=mistakes)
    client = NotebookClient(
        notebook,
        timeout=_SECONDS,
        resources={"metadata": {"path": str(path.resolve().parent)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # it warns that loopback isn't encrypted
    )
    client.execute()
    notebook = said.answered(notebook)
    notebook.metadata["seconds"] = sum(_seconds(cell) for cell in notebook.cells if cell.cell_type == "code")
    return notebook


def _seconds(cell: NotebookNode) -> float:
    """How long a cell ran, by the times that nbclient notes."""
    times = cell.metadata.pop("execution")
    begun, ended = (datetime.fromisoformat(times[name]) for name in ("iopub.execute_input", "shell.execute_reply"))
    return (ended - begun).total_seconds()


def executed(path: Path, folder: Path = KEPT) -> NotebookNode:
    """A chapter as it ran: the kept copy where nothing has changed since, or a run of now, which is kept."""
    mark = stamp(path)
    if (kept := load(path, folder, mark)) is None:
        kept = execute(path)
        keep(kept, path, folder, mark)
    return kept


def load(path: Path, folder: Path, mark: str) -> NotebookNode | None:
    """The kept copy of a chapter, if it carries this stamp."""
    copy = folder / path.name
    if not copy.is_file():
        return None
    notebook = read(copy)
    return notebook if notebook.metadata.get("stamp") == mark else None


def keep(notebook: NotebookNode, path: Path, folder: Path, mark: str) -> None:
    """Keep a chapter as it ran, under the stamp of before the run."""
    notebook.metadata["stamp"] = mark
    with atomic_write(folder / path.name) as partial:
        partial.write_text(nbformat.writes(notebook), encoding="utf-8")


def stamp(path: Path) -> str:
    """A digest of a chapter and of what it runs with: the library, the records, its claims."""
    own = _digest(path, *sorted(said.FOLDER.glob(f"{path.stem}*.toml")))
    return f"{own}-{_of_surroundings()}"


@cache
def _of_surroundings() -> str:
    library = (ROOT / "lib" / "compresslab").rglob("*.py")
    return _digest(*sorted(library), *sorted((ROOT / "reference").rglob("*.json")))


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
