"""Judges many submissions at a time, in processes of this machine."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any

import psutil

from classroom.judging.tasks import Task, judge_task, not_judged

_JOB_BYTES = 2.5 * 2**30  # a judge, its fork server, and what a learner's code may take
_WAITING = 2  # tasks in hand for each job
_WALL = 6  # seconds on the wall for each of computing: waiting counts a quarter, and a busy machine takes its part


def jobs_here() -> int:
    """How many judges this machine can run at a time: one for each core, as far as its memory goes."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, int(psutil.virtual_memory().available // _JOB_BYTES)))


def in_processes(
    tasks: Iterable[Task], jobs: int, work: Callable[[Task], dict[str, Any]] = judge_task
) -> Iterator[tuple[Task, dict[str, Any]]]:
    """Judge them, in any order.

    Args:
        tasks: taken one by one as there is room.
        jobs: at a time.
        work: judges one, in a fresh process.

    Yields:
        A task and what came of it. A judge that ends (no memory left, say) is started again, and a submission that
        ends it twice is left unjudged, with that as the reason.
    """
    left = iter(tasks)
    running: dict[Future[dict[str, Any]], Task] = {}
    while True:
        with _pool(jobs) as pool:
            try:
                while True:
                    for task in islice(left, jobs * _WAITING - len(running)):
                        running[pool.submit(within_deadline, work, task)] = task
                    if not running:
                        return
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        result = future.result()
                        yield running.pop(future), result
            except BrokenProcessPool:
                suspects = list(running.values())
                running.clear()
            except BaseException:
                for process in list(pool._processes.values()):
                    process.kill()  # else leaving the pool would wait for them
                raise
        for task in suspects:
            yield task, _alone(task, work)


def within_deadline(work: Callable[[Task], dict[str, Any]], task: Task) -> dict[str, Any]:
    """Judge one in this process, which the kernel ends when that takes far too long.

    Each call and each check has limits of its own, which count computing. This one is for what escapes them: a
    learner's answer over which the judge itself stumbles, and code written in C that no signal's handler interrupts. A
    timer whose signal has no handler ends the process whatever it does.
    """
    timers = _timers(task)
    for timer, (number, seconds) in timers.items():
        signal.signal(number, signal.SIG_DFL)
        signal.setitimer(timer, seconds)
    try:
        return work(task)
    finally:
        for timer in timers:
            signal.setitimer(timer, 0)


def _timers(task: Task) -> dict[int, tuple[int, float]]:
    """By timer the signal and the seconds: of the judge's own computing, and on the wall for what only waits."""
    if not hasattr(signal, "setitimer"):  # Windows
        return {}
    computing = task.limits.judge_seconds
    return {
        signal.ITIMER_VIRTUAL: (signal.SIGVTALRM, computing),
        signal.ITIMER_REAL: (signal.SIGALRM, _WALL * (computing + task.limits.submission_seconds)),
    }


def _alone(task: Task, work: Callable[[Task], dict[str, Any]]) -> dict[str, Any]:
    """Judge one that was under way when a judge ended, in a process for it alone."""
    context = _context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(theirs, work, task), daemon=True)
    process.start()
    theirs.close()
    with ours:
        try:
            return ours.recv()
        except EOFError:
            process.join()
    if process.exitcode in (-signal.SIGVTALRM, -signal.SIGALRM):
        most = task.limits.judge_seconds
        return not_judged(task, f"it kept the judge busy for too long ({most:g} s of computing are the most)")
    return not_judged(task, "the judge itself ended over it, twice")


def _send(pipe: Connection, work: Callable[[Task], dict[str, Any]], task: Task) -> None:
    _settle()
    pipe.send(within_deadline(work, task))
    pipe.close()


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_settle)


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")  # torch is imported once, in a process that does nothing else
    context.set_forkserver_preload(["classroom.judging.tasks"])
    return context


def _settle() -> None:
    """In a new process: end with the one that started it, leave interrupts to that one, and compute in one thread."""
    import torch

    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
