"""Runs a learner's notebook and the checks that stand in it: no answer of theirs keeps the others from being tried."""

import json
import secrets
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from classroom.exchange.failures import NoAnswer, cut
from classroom.judging.judge import Result
from classroom.notebook.cells import Cell, read
from classroom.sandbox.fork_server import ForkServer, Session
from classroom.study import kernel
from classroom.study.report import Report, answers, chosen
from compresslab.errors import InputError

SLOW = "slow"  # the tag of a cell that measures or trains
_FORKS = sys.platform == "linux"  # elsewhere a kernel does it, which can't be started again half-way


def check(path: Path, *, name: str = "", slow: bool = False, forks: bool = _FORKS) -> Report:
    """Run a notebook's cells in a process of their own, and its visible checks on them. The file stays as it is.

    Args:
        path: the notebook, as it was saved last.
        name: of the function to check; everything if "".
        slow: run the cells tagged `SLOW` as well.
        forks: start the process again where a cell or a call hangs or ends it; else run all in one kernel.

    Raises:
        InputError: it is no notebook, or nothing in it has that name.
    """
    cells = read(path)
    only = chosen(answers(cells), name) if name else []
    left_out = set() if slow else _tagged(path)
    mine = [cell for cell in cells if not (cell.kind == "extra" and cell.cell_id in left_out)]
    results, notes = (_in_processes if forks else _in_a_kernel)(path, mine, only)
    return kernel.report(path.stem, cells, results, notes)


def _in_processes(_: Path, cells: list[Cell], only: list[str]) -> tuple[dict[str, Result], list[str]]:
    """Run the cells from top to bottom; the process is made anew, up to that cell, where one hangs or ends it."""
    with ForkServer() as fork_server, Session(fork_server, kernel.LIMITS, secrets.randbits(48)) as session:
        notes = [
            f"cell {cell.name or _first_line(cell.source)} {problem}"
            for cell in cells
            if cell.is_code and cell.kind != "test" and (problem := _run(cell, session))
        ]
        return kernel.run_checks(cells, session.ask, only), notes


def _run(cell: Cell, session: Session) -> str:
    try:
        raised = session.run(cell.source)
    except NoAnswer as error:
        return f"gave no answer: {error.came}"
    return cut(f"raised {raised}") if raised else ""


def _in_a_kernel(path: Path, cells: list[Cell], only: list[str]) -> tuple[dict[str, Result], list[str]]:
    """Run the cells as Jupyter does, and the checks at the end in the same kernel."""
    new = nbformat.v4.new_code_cell
    code = [new(cell.source) for cell in cells if cell.is_code and cell.kind != "test"]
    asks = f"""
        import json
        from pathlib import Path
        from classroom.notebook.cells import read
        from classroom.study import kernel
        results = kernel.run_checks(read(Path({str(path.resolve())!r})), kernel.this_kernel(), {only!r})
        print(json.dumps([[r.name, r.points, r.max_points, r.status, r.message] for r in results.values()]))
    """
    notebook = nbformat.v4.new_notebook(cells=[*code, new("\n".join(line[8:] for line in asks.splitlines()))])
    client = NotebookClient(
        notebook,
        timeout=int(kernel.LIMITS.cell_seconds),
        interrupt_on_timeout=True,
        allow_errors=True,
        resources={"metadata": {"path": str(path.resolve().parent)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    client.execute()
    *ran, last = notebook.cells
    notes = [f"a cell raised {problem}: {_first_line(cell.source)}" for cell in ran if (problem := _raised(cell))]
    if problem := _raised(last):
        raise InputError(f"the checks could not be run: {problem}.")
    lines = "".join(output.text for output in last.outputs if output.output_type == "stream").splitlines()
    return {each[0]: Result(*each) for each in json.loads(lines[-1])}, notes


def _raised(cell: NotebookNode) -> str:
    return next((f"{out.ename}: {out.evalue}" for out in cell.outputs if out.output_type == "error"), "")


def _first_line(source: str) -> str:
    return source.strip().partition("\n")[0][:60]


def _tagged(path: Path) -> set[str]:
    """The ids of the cells that take long."""
    cells = json.loads(path.read_bytes())["cells"]
    return {cell.get("id", "") for cell in cells if SLOW in (cell.get("metadata", {}).get("tags") or ())}
