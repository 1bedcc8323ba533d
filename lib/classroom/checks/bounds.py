"""Bounds the time and memory of a check itself: a learner can send an answer on which it would take no end of them."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from classroom.checks.calls import Transport
from classroom.exchange.failures import TooLong
from classroom.exchange.handler import CallBack


@contextmanager
def bounded(ask: Transport, seconds: float) -> Iterator[Transport]:
    """Stop what runs inside after some seconds of this process's own computing.

    The clock stands still while a learner's process is asked: that has limits of its own, and must not be stopped in
    the middle of a message. It goes on while that process calls back. Outside of the main thread, and on Windows,
    nothing is bounded.

    Args:
        ask: the transport to a learner's process.
        seconds: of CPU time, so that a busy machine changes nothing.

    Yields:
        The transport to use inside.

    Raises:
        TooLong: inside, when the time is over.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGPROF"):
        yield ask
        return

    def stop(*_: object) -> None:
        raise TooLong(f"the check computed for more than {seconds:g} s on this answer")

    left, since = seconds, time.process_time()  # the timer's own count is too coarse where calls follow fast

    def stop_the_clock() -> None:
        nonlocal left
        signal.setitimer(signal.ITIMER_PROF, 0)
        left -= time.process_time() - since
        if left <= 0:
            stop()

    def start_the_clock() -> None:
        nonlocal since
        if left > 0:  # else the check has just been stopped
            since = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, left)

    def ask_with_the_clock_stopped(request: bytes, call_back: CallBack) -> bytes:
        def call_back_with_the_clock_on(question: bytes) -> bytes:
            start_the_clock()
            answer = call_back(question)
            stop_the_clock()
            return answer

        stop_the_clock()
        try:
            return ask(request, call_back_with_the_clock_on)
        finally:
            start_the_clock()

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield ask_with_the_clock_stopped
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def confined(room: int) -> Iterator[None]:
    """Let what runs inside take so many bytes of memory more than this process has: beyond, allocations fail.

    A pooling layer of a few bytes can make an image that no machine holds. Only Linux counts as is needed here.
    """
    if sys.platform != "linux":
        yield
        return
    import resource  # Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = psutil.Process().memory_info().vms + room
    limits = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([wanted, *limits]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
