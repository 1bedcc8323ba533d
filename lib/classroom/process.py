"""Learners' code in processes of its own: a nursery that forks them, and one learner's session."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from classroom import codec, wire
from classroom.codec import Malformed
from classroom.failures import NoAnswer, Raised

_KEPT = ("COMPRESSLAB_CACHE", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR")


@dataclass(frozen=True)
class Limits:
    """What a learner's code may use.

    Attributes:
        cell_seconds: to run one cell of the notebook.
        call_seconds: to answer one call of a check.
    """

    cell_seconds: float = 60.0
    call_seconds: float = 10.0


class Nursery:
    """A process that has imported torch and forks learners' processes, each in a few milliseconds.

    What the learner's code sees of this process: a few environment variables, and the files that its user may read.
    (The sandbox belongs around this one process.)
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="classroom-")
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", "IPYTHONDIR": self._folder.name}
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "classroom.child", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command,
            cwd=self._folder.name,
            env=environment,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()

    def fork(self, seed: int) -> tuple[int, socket.socket]:
        """Start a learner's process.

        Returns:
            Its id and its wire.
        """
        folder = tempfile.mkdtemp(dir=self._folder.name)
        ours, theirs = socket.socketpair()
        request = json.dumps({"folder": folder, "seed": seed}).encode()
        with theirs:
            socket.send_fds(self._control, [request], [theirs.fileno()])
        return int.from_bytes(self._answer(8), "big"), ours

    def end(self, process: int) -> None:
        """Kill a learner's process and all that it started."""
        self._control.sendall(json.dumps({"end": process}).encode())
        self._answer(5)

    def close(self) -> None:
        """End all of them."""
        self._control.close()
        self._process.wait()
        self._folder.cleanup()

    def _answer(self, size: int) -> bytes:
        answer = self._control.recv(size)
        if not answer:
            raise RuntimeError("the process that starts learners' processes has ended: see its messages above")
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Session:
    """One learner's notebook in a process of its own, which is started again where it ends or hangs.

    Args:
        nursery: where the process comes from.
        limits: times.
        seed: of the random numbers in the learner's code.
    """

    def __init__(self, nursery: Nursery, limits: Limits, seed: int) -> None:
        self._nursery = nursery
        self._limits = limits
        self._seed = seed
        self._cells: list[str] = []
        self._running: tuple[int, socket.socket] | None = None

    def run(self, source: str) -> Raised | None:
        """Run a cell.

        Returns:
            None, or what it raised.

        Raises:
            NoAnswer: it ended the process or took too long. The cells before it are run again for the next request.
        """
        found = self._run(source)
        self._cells.append(source)
        return found

    def ask(self, request: bytes) -> bytes:
        """The transport of `calls.Learner`.

        Raises:
            NoAnswer: the function ended the process or took too long.
        """
        return self._exchange(wire.ASK + request, self._limits.call_seconds)

    def close(self) -> None:
        """End the process."""
        if self._running:
            process, connection = self._running
            self._running = None
            connection.close()
            self._nursery.end(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, source: str) -> Raised | None:
        answer = self._exchange(wire.RUN + source.encode(errors="replace"), self._limits.cell_seconds)
        try:
            raised = codec.decode(answer)
            return None if raised is None else Raised.read(raised)
        except Malformed as error:
            raise NoAnswer("something that is no answer") from error

    def _exchange(self, message: bytes, seconds: float) -> bytes:
        if not self._running:
            self._running = self._nursery.fork(self._seed)
            for source in self._cells:
                self._run(source)
        _, connection = self._running
        try:
            return wire.exchange(connection, message, seconds)
        except TimeoutError:
            self.close()
            raise NoAnswer(f"none within {seconds:g} s", "an endless loop?") from None
        except Malformed as error:
            self.close()
            raise NoAnswer(f"something that is no answer: {error}") from None
        except (OSError, EOFError):
            self.close()
            raise NoAnswer("the process ended", "an exit from Python (os._exit), a crash, or no memory left?") from None
