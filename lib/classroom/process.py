"""Learners' code in processes of its own: a nursery that forks them, and one learner's session."""

import dataclasses
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from classroom import codec, sandbox, wire
from classroom.cage import TOO_MUCH_MEMORY
from classroom.codec import Malformed
from classroom.failures import NoAnswer, NurseryLost, Raised
from classroom.limits import Limits

__all__ = ["Limits", "Nursery", "NurseryLost", "Session"]

_KEPT = ("COMPRESSLAB_CACHE", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR")
_PATIENCE = 60.0  # seconds for the nursery to fork or to end a process
_PATIENCE_AT_START = 600.0  # for its imports, on a machine that is busy with others
_SLOW = "an endless loop, or far more work than the task needs?"


class Nursery:
    """A process that has imported torch and forks learners' processes, each in a few milliseconds.

    Args:
        sandboxed: lock it up, and each learner's process apart (see `sandbox` and `cage`). Otherwise the learner's
            code sees a few environment variables, the network, and the files that this user may read: for code that
            is known to be harmless.
        hidden: folders that learners' code must not see, wherever they lie.
        modules: that the notebooks import: it does so once for all.

    Raises:
        InputError: this machine has no sandbox.
    """

    def __init__(
        self,
        *,
        sandboxed: bool = False,
        hidden: Sequence[Path] = (),
        modules: Sequence[str] = (),
    ) -> None:
        if sandboxed:
            sandbox.require()
        self._sandboxed = sandboxed
        self._folder = tempfile.TemporaryDirectory(prefix="classroom-")
        if sandboxed:
            environment, scratch = sandbox.environment(), "/tmp"
        else:
            environment, scratch = (
                {name: os.environ[name] for name in _KEPT if name in os.environ},
                self._folder.name,
            )
        environment |= {
            "MPLBACKEND": "Agg",
            "OMP_NUM_THREADS": "1",
            "IPYTHONDIR": f"{scratch}/ipython",
        }
        self._control, theirs = socket.socketpair()
        settings = {
            "sandboxed": sandboxed,
            "user": sandbox.user() if sandboxed else 0,
            "modules": list(modules),
        }
        command = [
            sys.executable,
            "-P",
            "-m",
            "classroom.child",
            str(theirs.fileno()),
            json.dumps(settings),
        ]
        self._process = subprocess.Popen(
            [*sandbox.around(hidden), *command] if sandboxed else command,
            cwd=self._folder.name,
            env=environment,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self._is_ready = False

    def fork(self, seed: int, limits: Limits) -> tuple[int, socket.socket]:
        """Start a learner's process.

        Returns:
            Its id and its wire.

        Raises:
            NurseryLost: that is no longer possible.
        """
        if not self._is_ready:
            self._answer(5, _PATIENCE_AT_START)
            self._is_ready = True
        folder = "" if self._sandboxed else tempfile.mkdtemp(dir=self._folder.name)
        ours, theirs = socket.socketpair()
        request = json.dumps({"folder": folder, "seed": seed, "limits": dataclasses.asdict(limits)}).encode()
        with theirs:
            try:
                socket.send_fds(self._control, [request], [theirs.fileno()])
            except OSError as error:
                raise _lost() from error
        return int.from_bytes(self._answer(8)), ours

    def end(self, process: int) -> int:
        """Kill a learner's process and all that it started.

        Returns:
            Its exit status, where it had ended by itself.

        Raises:
            NurseryLost: it could not be seen to.
        """
        try:
            self._control.sendall(json.dumps({"end": process}).encode())
        except OSError as error:
            raise _lost() from error
        return self._answer(1)[0]

    def close(self) -> None:
        """End all of them."""
        self._control.close()
        try:
            self._process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def _answer(self, size: int, seconds: float = _PATIENCE) -> bytes:
        self._control.settimeout(seconds)
        try:
            answer = self._control.recv(size)
        except OSError as error:
            raise _lost() from error
        if not answer:
            raise _lost()
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Session:
    """One learner's notebook in a process of its own, which is started again where it ends or hangs.

    Args:
        nursery: where the process comes from.
        limits: what the learner's code may use; all but the times and the output hold in the sandbox only.
        seed: the random numbers in the learner's code are derived from it.

    Attributes:
        output: what the last cell printed.
    """

    def __init__(self, nursery: Nursery, limits: Limits, seed: int) -> None:
        self.output = ""
        self._nursery = nursery
        self._limits = limits
        # The trials' own seed must not be in the learner's process: `torch.initial_seed()` would tell it.
        self._seed = int.from_bytes(hashlib.sha256(f"learner {seed}".encode()).digest()[:6])
        self._seconds_left = limits.submission_seconds
        self._cells: list[str] = []
        self._running: tuple[int, socket.socket] | None = None

    def run(self, source: str) -> Raised | None:
        """Run a cell.

        Returns:
            None, or what it raised.

        Raises:
            NoAnswer: it ended the process or took too long. The cells before it are run again for the next request.
        """
        self.output = ""
        found = self._run(source)
        self._cells.append(source)
        return found

    def ask(self, request: bytes) -> bytes:
        """The transport of `calls.Learner`.

        Raises:
            NoAnswer: the function ended the process or took too long.
        """
        return self._exchange(wire.ASK + request, self._limits.call_seconds)

    def close(self) -> int:
        """End the process.

        Returns:
            The exit status, where it had ended by itself.
        """
        if not self._running:
            return 0
        process, connection = self._running
        self._running = None
        connection.close()
        return self._nursery.end(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, source: str) -> Raised | None:
        answer = self._exchange(wire.RUN + source.encode(errors="replace"), self._limits.cell_seconds)
        try:
            match codec.decode(answer):
                case [raised, str(output)]:
                    self.output = output[: self._limits.output_characters + 4]
                    return None if raised is None else Raised.read(raised)
            raise Malformed("no result of a cell")
        except Malformed as error:
            raise NoAnswer("something that is no answer") from error

    def _exchange(self, message: bytes, seconds: float) -> bytes:
        if not self._running:
            self._running = self._nursery.fork(self._seed, self._limits)
            for source in self._cells:
                self._run(source)
        _, connection = self._running
        allowed = min(seconds, self._seconds_left)
        started = time.monotonic()
        try:
            if allowed <= 0:
                raise TimeoutError
            return wire.exchange(connection, message, allowed)
        except TimeoutError:
            self.close()
            if allowed < seconds:
                most = self._limits.submission_seconds
                raise NoAnswer(f"none: the notebook has used up its {most:g} s", _SLOW) from None
            raise NoAnswer(f"none within {seconds:g} s", _SLOW) from None
        except Malformed as error:
            self.close()
            raise NoAnswer(f"something that is no answer: {error}") from None
        except (OSError, EOFError):
            if self.close() == TOO_MUCH_MEMORY:
                most = self._limits.memory_bytes >> 20
                raise NoAnswer(f"none: the code took more than {most:,} MiB of memory") from None
            raise NoAnswer(
                "the process ended",
                "an exit from Python (os._exit), a crash, or no memory left?",
            ) from None
        finally:
            self._seconds_left -= time.monotonic() - started


def _lost() -> NurseryLost:
    return NurseryLost("the process that starts learners' processes has ended: see its messages above")
