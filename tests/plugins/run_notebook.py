"""Runs a notebook in a fresh kernel, as a person would from top to bottom."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode


def execute(path: Path, *, seconds: float = 600, go_on: bool = False) -> NotebookNode:
    """Run all cells in the notebook's own folder; the file stays as it is.

    Args:
        path: the notebook.
        seconds: for one cell.
        go_on: after a cell that raises, run those that follow.

    Returns:
        The notebook with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised, unless `go_on`.
        nbclient.exceptions.CellTimeoutError: a cell took too long.
    """
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.resolve().parent)}}
    client = NotebookClient(
        notebook,
        timeout=int(seconds),
        allow_errors=go_on,
        resources=resources,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # it warns that loopback isn't encrypted
    )
    client.execute()
    return notebook
