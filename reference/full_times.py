"""How long each chapter takes with `QUICK = False`: all its cells, in a fresh kernel, each chapter on one thread.

    python reference/full_times.py                 chapters that full_times.json doesn't have yet; an hour on two cores
    python reference/full_times.py 05 12           these, anew

As many chapters run at a time as the machine has cores, so nothing else should. One is given up after `--minutes` (20).
Written after each chapter, so the same command goes on where it was stopped. The data are those that the chapter names.
"""

import argparse
import hashlib
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError

from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.recorded import load_recorded
from coursebook.chapters import chapters, data_of

HERE = Path(__file__)


def main() -> None:
    """Measure what is asked for and not there, and record it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*", help="their numbers, as in 05")
    parser.add_argument("--minutes", type=float, default=20.0, help="after which a chapter is given up")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"  # for the kernels
    record, here = HERE.with_suffix(".json"), machine(threads=1)
    found: dict[str, Any] = load_recorded(record.stem)["chapters"] if record.is_file() else {}
    asked = [
        path
        for path in chapters()
        if path.stem[:2] in options.chapters or (not options.chapters and path.stem not in found)
    ]
    with ProcessPoolExecutor(here.usable_cores, max_tasks_per_child=1) as pool:
        running = {pool.submit(run, path, options.minutes * 60): path for path in asked}
        for done in as_completed(running):
            found[running[done].stem] = done.result()
            print(running[done].stem, done.result(), flush=True)
            write_json(
                record,
                {
                    "chapters": {path.stem: found[path.stem] for path in chapters() if path.stem in found},
                    "at_a_time": here.usable_cores,
                    "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
                    "machine": here.to_dict(),
                },
            )


def run(path: Path, limit: float) -> dict[str, Any]:
    """Run a chapter with `QUICK = False`.

    Args:
        path: of the notebook.
        limit: in seconds, after which it is given up.

    Returns:
        Seconds by the clock and of the processor, whether it came to its end, and on which data.
    """
    notebook = nbformat.read(path, as_version=4)
    data = data_of(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = cell.source.replace("QUICK = True", "QUICK = False")
    before, began = processor_seconds(), time.perf_counter()
    finished = True
    client = NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(path.parent)}})
    try:
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                client.timeout = max(1, int(limit - (time.perf_counter() - began)))
                client.execute_cell(cell, index)
    except CellTimeoutError:
        finished = False
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(processor_seconds() - before, 1),
        "finished": finished,
        "data": data,
    }


def processor_seconds() -> float:
    """That kernels which have ended took, their processes included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
