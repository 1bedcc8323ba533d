"""The process that runs learners' code: `python -m classroom.child FD`, started by `process.Nursery`.

It imports what every notebook needs, once, then forks one child for each learner. It runs no learner's code itself,
starts no thread and computes nothing before a fork: a child of a process with threads may hang. A child sees its
socket and an empty folder; there is nothing of the tests in it.
"""

import contextlib
import json
import os
import random
import signal
import socket
import sys
from types import ModuleType

import numpy as np
import torch
import torch._dynamo  # the first optimizer of a process imports it, which takes 0.8 s
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from classroom import codec, wire
from classroom.servant import Servant


class _Shell(InteractiveShell):
    """IPython without a front end: magics work as in a notebook, `%matplotlib` finds no window to open."""

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def ask_exit(self) -> None:
        """`exit()` in a cell ends nothing: the cells below it count too."""


def main(control: socket.socket) -> None:
    """Fork a child for each request that comes with a socket, end a child for each that names one."""
    children: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 2**16, 1)
        if not message:
            break
        wanted = json.loads(message)
        if "end" in wanted:
            _end(wanted["end"])
            children.discard(wanted["end"])
            control.sendall(b"ended")
            continue
        (descriptor,) = descriptors
        process = os.fork()
        if not process:
            control.close()
            with contextlib.suppress(BaseException):  # a learner's exception class may be anything
                serve(socket.socket(fileno=descriptor), **wanted)
            os._exit(0)
        os.close(descriptor)
        children.add(process)
        control.sendall(process.to_bytes(8, "big"))
    for process in children:
        _end(process)


def serve(connection: socket.socket, folder: str, seed: int) -> None:
    """Be one learner's process: run cells and answer requests until the connection is closed."""
    os.setsid()  # a group of its own, so that what it starts ends with it
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.chdir(folder)
    sys.path.insert(0, "")  # as in a kernel
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  learners' code may use the global generator
    torch.manual_seed(seed)

    notebook = ModuleType("__main__")
    sys.modules["__main__"] = notebook
    config = Config()
    config.HistoryManager.enabled = False
    shell = _Shell.instance(config=config, user_module=notebook)
    servant = Servant(notebook.__dict__)
    stream = connection.makefile("rb")
    while size := stream.read(8):
        message = stream.read(int.from_bytes(size, "big"))
        if message[:1] == wire.ASK:
            answer = servant.answer(message[1:])
        else:
            result = shell.run_cell(message[1:].decode(), silent=True, store_history=False)
            error = result.error_before_exec or result.error_in_exec
            answer = codec.encode(servant.explain(error) if error else None)
        wire.send(connection, answer)


def _end(process: int) -> None:
    for kill in (os.killpg, os.kill):  # the group may not be there yet
        with contextlib.suppress(ProcessLookupError):
            kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
