"""Chapters as they ran in this test run: executed once, by the test that asks first, and kept for the site."""

import fcntl
import os
from pathlib import Path

from nbformat import NotebookNode

from coursebook.executed import KEPT, execute, keep, load, stamp


def as_it_ran(path: Path, *, in_this_run: bool) -> NotebookNode:
    """A chapter with its outputs, with what it says of its run, and with its checklist after each mistake.

    Args:
        path: of the notebook.
        in_this_run: execute it even where a copy of an earlier run is kept.
    """
    run = os.environ["COMPRESSLAB_CACHE"]  # a folder that a run's workers share
    with (Path(run) / f"{path.stem}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = stamp(path)
        kept = load(path, KEPT, mark)
        if kept is None or (in_this_run and kept.metadata.get("run") != run):
            kept = execute(path, mistakes=True)
            kept.metadata["run"] = run
            keep(kept, path, KEPT, mark)
        return kept
