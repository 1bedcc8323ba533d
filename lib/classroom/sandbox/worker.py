"""The process that runs learners' code: `python -m classroom.sandbox.worker FD SETTINGS`, started by `ForkServer`.

It imports what every notebook needs, once, then forks one child for each learner. It runs no learner's code itself,
starts no thread and computes nothing before a fork: a child of a process with threads may hang. A child sees its
socket and an empty folder; there is nothing of the tests in it.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import random
import signal
import socket
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np
import torch
import torch._dynamo  # the first optimizer of a process imports it, which takes 0.8 s
from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from classroom.exchange import codec, wire
from classroom.exchange.handler import CallBack, RequestHandler
from classroom.limits import Limits
from classroom.sandbox import isolation
from classroom.sandbox.bubblewrap import CACHE


class _Display(DisplayHook):
    def write_output_prompt(self) -> None:
        """The value alone."""


class _Shell(InteractiveShell):
    """IPython without a front end: magics work as in a notebook, `%matplotlib` finds no window to open."""

    displayhook_class = _Display

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def ask_exit(self) -> None:
        """`exit()` in a cell ends nothing: the cells below it count too."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        """What a cell raised is its answer, apart from what it prints."""


class _Output(io.TextIOBase):
    """Keeps the beginning of what a cell prints.

    As in a notebook, it has the number of a file, to which faults and other programs are written: nobody keeps that.
    """

    encoding, errors = "utf-8", "strict"

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._parts: list[str] = []

    def fileno(self) -> int:
        return 1

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._left > 0:
            self._parts.append(text[: self._left])
            self._left -= len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self._parts) + (" ..." if self._left < 0 else "")


class _Learners:
    """The children, by the id that is told to the judge.

    Args:
        sandboxed: whether each is isolated.
        user: see `isolation.live_in`.
    """

    def __init__(self, sandboxed: bool, user: int) -> None:
        self._sandboxed = sandboxed
        self._user = user
        self._to_kill: dict[int, int] = {}

    def start(self, connection: socket.socket, control: socket.socket, wanted: dict[str, Any]) -> int:
        """Fork one; its id."""
        limits = Limits(**wanted["limits"])
        heard, told = os.pipe()
        process = os.fork()
        if not process:
            control.close()
            os.close(heard)
            with contextlib.suppress(BaseException):  # a learner's exception class may be anything
                if self._sandboxed:
                    isolation.live_in(
                        limits,
                        self._user,
                        live=lambda: serve(connection, str(isolation.HOME), wanted["seed"], limits),
                        close=connection.close,
                        started=lambda keeper: _tell(told, keeper),
                    )
                os.close(told)
                isolation.end_with_parent()  # else an endless loop outlives a judge and a fork server that are killed
                serve(connection, wanted["folder"], wanted["seed"], limits)
            os._exit(0)
        os.close(told)
        self._to_kill[process] = int.from_bytes(os.read(heard, 8)) or process
        os.close(heard)
        return process

    def end(self, process: int) -> int:
        """Kill one and all that it started; its exit status, from which the judge knows why it ended."""
        to_kill = self._to_kill.pop(process)
        for kill in (os.killpg, os.kill):  # the group may not be there yet; a keeper has none, and takes all with it
            with contextlib.suppress(ProcessLookupError):
                kill(to_kill, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) % 256

    def end_all(self) -> None:
        for process in list(self._to_kill):
            self.end(process)


def main(control: socket.socket, sandboxed: bool, user: int, modules: list[str]) -> None:
    """Fork a child for each request that comes with a socket, end a child for each that names one.

    Args:
        control: where requests come from.
        sandboxed, user: see `_Learners`.
        modules: that the notebooks import, to be imported once.
    """
    for module in modules:
        with contextlib.suppress(Exception):  # the learner's cell will say what is wrong with it
            importlib.import_module(module)
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, all of this process's memory
    learners = _Learners(sandboxed, user)
    control.sendall(b"ready")
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(control, 2**16, 1)
        except ConnectionResetError:  # the judge was killed
            break
        if not message:
            break
        wanted = json.loads(message)
        if "end" in wanted:
            control.sendall(learners.end(wanted["end"]).to_bytes(1))
            continue
        with socket.socket(fileno=descriptors[0]) as connection:
            control.sendall(learners.start(connection, control, wanted).to_bytes(8))
    learners.end_all()
    gc.unfreeze()


def serve(connection: socket.socket, folder: str, seed: int, limits: Limits) -> None:
    """Be one learner's process: run cells and answer requests until the connection is closed."""
    os.setsid()  # a group of its own, so that what it starts ends with it
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(3, connection.fileno())
    os.closerange(connection.fileno() + 1, 1024)
    os.chdir(folder)
    _link_cache()
    _show_few_cores(limits)
    sys.path.insert(0, "")  # as in a kernel
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  learners' code may use the global generator
    torch.manual_seed(seed)

    notebook = ModuleType("__main__")
    sys.modules["__main__"] = notebook
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = _Shell.instance(config=config, user_module=notebook)
    handler = RequestHandler(notebook.__dict__)
    stream = connection.makefile("rb")
    call_back = _call_back(connection, stream)
    while message := wire.receive(stream.read):
        output = _Output(limits.output_characters)
        sys.stdout = sys.stderr = output
        if message[:1] == wire.ASK:
            answer = handler.answer(message[1:], call_back)
        else:
            result = shell.run_cell(message[1:].decode(), store_history=False)
            error = result.error_before_exec or result.error_in_exec
            answer = codec.encode([handler.explain(error) if error else None, output.text()])
        wire.send(connection, wire.ANSWER + answer)


def _call_back(connection: socket.socket, stream: BinaryIO) -> CallBack:
    """How the learner's code reaches what the check has lent to it, from any thread but from no other process."""
    process, one_at_a_time = os.getpid(), threading.Lock()

    def ask(question: bytes) -> bytes:
        if os.getpid() != process:
            raise RuntimeError("what a check hands out can be called in the notebook's own process only")
        with one_at_a_time:
            wire.send(connection, wire.CALL_BACK + question)
            return wire.receive(stream.read)

    return ask


def _link_cache() -> None:
    """Give a learner in the sandbox the arrays of the instructor's cache, in a cache of their own."""
    if CACHE.is_dir():
        own = Path(os.environ["COMPRESSLAB_CACHE"], "data")
        own.mkdir(parents=True)
        for path in CACHE.glob("*.arrays"):
            (own / path.name).symlink_to(path)


def _show_few_cores(limits: Limits) -> None:
    """Tell the learner's code of a few cores: on a large server, a pool of a process for each would meet the limit.

    A sixteenth of the limit leaves room for as many threads in each of those processes, and for the pool's own.
    """
    most = max(1, limits.processes // 16)
    count, allowed = min(os.cpu_count() or 1, most), getattr(os, "sched_getaffinity", None)
    os.cpu_count = lambda: count
    if allowed:
        os.sched_getaffinity = lambda process: set(sorted(allowed(process))[:most])
    os.environ["PYTHON_CPU_COUNT"] = str(count)  # for what it starts


def _tell(pipe: int, keeper: int) -> None:
    os.write(pipe, keeper.to_bytes(8))
    os.close(pipe)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), **json.loads(sys.argv[2]))
