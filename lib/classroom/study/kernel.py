"""The checks of an assignment in the learner's own kernel, on the functions that are defined there now."""

import _thread
import contextlib
import io
import os
import secrets
import sys
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

from classroom.checks.calls import Transport
from classroom.exchange.failures import NoAnswer
from classroom.exchange.handler import CallBack, RequestHandler
from classroom.judging.judge import FAILED, SETUP, Result, run_check
from classroom.limits import Limits
from classroom.notebook.cells import Cell, read
from classroom.study import places
from classroom.study.report import Report, answers
from compresslab.quiz import Page

LIMITS = Limits(cell_seconds=30.0, call_seconds=10.0)  # a third of the grader's: somebody is waiting
_HANGS = "none within "  # what is said of a call without an answer, here and by `fork_server.Session`
_SLOW = "an endless loop, or far more work than the task needs?"


def check_all(name: str) -> Page | None:
    """Run every visible check of an assignment on what this kernel holds, and show a table.

    Args:
        name: of the assignment: "ch01_why_compression".

    Returns:
        The table. None where a grader runs the notebook: it runs the checks by itself.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not hasattr(shell, "kernel") or os.environ.get("NBGRADER_EXECUTION"):
        return None
    beside = Path(f"{name}.ipynb")  # a kernel works in its notebook's folder
    cells = read(beside if beside.is_file() else places.find(name))
    return report(name, cells, run_checks(cells, this_kernel())).page()


def run_checks(cells: list[Cell], ask: Transport, only: Collection[str] = ()) -> dict[str, Result]:
    """Run the checks that a notebook holds.

    Args:
        cells: of the notebook.
        ask: reaches its functions.
        only: the checks' names; all of them if empty.

    Returns:
        What each gave, by its name. An answer that hangs in one of its checks isn't called by the rest of them.
    """
    setup = "\n".join(cell.source for cell in cells if cell.name == SETUP)
    seed = secrets.randbits(48)
    found: dict[str, Result] = {}
    for answer in answers(cells):
        hangs = ""
        for cell in answer.checks:
            if only and cell.name not in only:
                continue
            if hangs:
                message = f"not tried, since {answer.title} gave no answer in {hangs}"
                found[cell.name] = Result(cell.name, 0.0, cell.points, FAILED, message)
                continue
            found[cell.name] = _run(cell, setup, ask, seed)
            if _HANGS in found[cell.name].message:
                hangs = cell.name
    return found


def report(name: str, cells: list[Cell], results: dict[str, Result], notes: Collection[str] = ()) -> Report:
    """What the checks gave, put together for the learner."""
    tried = [answer for answer in answers(cells) if any(check.name in results for check in answer.checks)]
    by_hand = sum(cell.points for cell in cells if cell.kind == "written")
    return Report(name, tried, results, list(notes), by_hand)


def _run(cell: Cell, setup: str, ask: Transport, seed: int) -> Result:
    try:
        return run_check(cell, setup, ask, seed)
    except KeyboardInterrupt:
        return Result(cell.name, 0.0, cell.points, FAILED, "you stopped it: the others were tried all the same")


def this_kernel() -> Transport:
    """Reaches the functions of this process's notebook, in silence, and waits for none longer than `LIMITS` say."""
    handler = RequestHandler(sys.modules["__main__"].__dict__)

    def ask(request: bytes, call_back: CallBack) -> bytes:
        quiet = io.StringIO()
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet), _stopped_after(LIMITS.call_seconds):
            return handler.answer(request, call_back)

    return ask


@contextlib.contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Interrupt what runs inside after some seconds, as the notebook's stop button does; on every system.

    Raises:
        NoAnswer: it was.
    """
    lock = threading.Lock()
    is_over = was_stopped = False

    def stop() -> None:
        nonlocal was_stopped
        with lock:
            if not is_over:
                was_stopped = True
                _thread.interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if not was_stopped:  # the learner's own stop button
            raise
        raise NoAnswer(f"{_HANGS}{seconds:g} s", _SLOW) from None
    finally:
        with lock:
            is_over = True
        timer.cancel()
