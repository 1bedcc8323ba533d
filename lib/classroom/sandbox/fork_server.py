"""Learners' code in processes of its own: a fork server that forks them, and one learner's session."""

import contextlib
import dataclasses
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from classroom.exchange import codec, wire
from classroom.exchange.codec import Malformed
from classroom.exchange.failures import ForkServerLost, NoAnswer, Raised
from classroom.limits import Limits
from classroom.sandbox import bubblewrap
from classroom.sandbox.isolation import TOO_MUCH_MEMORY
from classroom.sandbox.scratch import Scratch

__all__ = ["ForkServer", "ForkServerLost", "Limits", "Session"]

_KEPT = ("COMPRESSLAB_CACHE", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR")
_PATIENCE = 60.0  # seconds for the fork server to fork or to end a process
_PATIENCE_AT_START = 600.0  # for its imports, on a machine that is busy with others
_WAITING = 4  # seconds of waiting that count as one of computing
_SLOW = "an endless loop, or far more work than the task needs?"


class ForkServer:
    """A process that has imported torch and forks learners' processes, each in a few milliseconds.

    Args:
        sandboxed: lock it up, and each learner's process apart (see `bubblewrap` and `isolation`). Otherwise the
            learner's code sees a few environment variables, the network, and the files that this user may read: for
            code that is known to be harmless.
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
            bubblewrap.require()
        self._sandboxed = sandboxed
        self._folder = Scratch()
        if sandboxed:
            environment, scratch = bubblewrap.environment(), "/tmp"
        else:
            environment, scratch = (
                {name: os.environ[name] for name in _KEPT if name in os.environ},
                str(self._folder.path),
            )
        environment |= {
            "MPLBACKEND": "Agg",
            "OMP_NUM_THREADS": "1",
            "IPYTHONDIR": f"{scratch}/ipython",
        }
        self._control, theirs = socket.socketpair()
        settings = {
            "sandboxed": sandboxed,
            "user": bubblewrap.user() if sandboxed else 0,
            "modules": list(modules),
        }
        command = [
            sys.executable,
            "-P",
            "-m",
            "classroom.sandbox.worker",
            str(theirs.fileno()),
            json.dumps(settings),
        ]
        self._process = subprocess.Popen(
            [*bubblewrap.around(hidden), *command] if sandboxed else command,
            cwd=self._folder.path,
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
            ForkServerLost: that is no longer possible.
        """
        if not self._is_ready:
            self._answer(5, _PATIENCE_AT_START)
            self._is_ready = True
        folder = "" if self._sandboxed else tempfile.mkdtemp(dir=self._folder.path)
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
            ForkServerLost: it could not be seen to.
        """
        try:
            self._control.sendall(json.dumps({"end": process}).encode())
        except OSError as error:
            raise _lost() from error
        return self._answer(1)[0]

    def computed(self) -> float:
        """Seconds of computing so far, of all processes that came of it, those that have ended included."""
        total = 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            server = psutil.Process(self._process.pid)
            for process in [server, *server.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    total += sum(process.cpu_times()[:4])  # its own, and that of children it has waited for
        return total

    def close(self) -> None:
        """End all of them."""
        self._control.close()
        try:
            self._process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.close()

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


class Stopwatch:
    """The time that code took: what it computed, so that a busy machine takes nothing from it.

    Waiting counts a quarter, since a sleeping process must end as well; and nothing counts more than the clock on the
    wall, since several processes may compute at a time.

    Args:
        computed: seconds of computing so far.

    Attributes:
        waited: whether, at the last look, more of the time was waiting than computing accounts for.
    """

    def __init__(self, computed: Callable[[], float]) -> None:
        self.waited = False
        self._computed = computed
        self._started = time.monotonic()
        self._first_look: tuple[float, float] | None = None  # on the wall and of computing
        self._most = 0.0  # what was seen of a process that has ended since may no longer be there to count

    @property
    def seconds(self) -> float:
        """Since it was made. The first second is the clock's: most calls are over before, and a look costs more."""
        wall = time.monotonic() - self._started
        if wall < 1:
            return wall
        if self._first_look is None:
            self._first_look = wall, self._computed()
        since, before = self._first_look
        computing, waiting = self._computed() - before, (wall - since) / _WAITING
        self.waited = waiting > computing
        counted = since + min(wall - since, max(computing, waiting))
        self._most = max(self._most, counted)
        return self._most


class Session:
    """One learner's notebook in a process of its own, which is started again where it ends or hangs.

    Args:
        fork_server: where the process comes from.
        limits: what the learner's code may use; all but the times and the output hold in the sandbox only.
        seed: the random numbers in the learner's code are derived from it.

    Attributes:
        output: what the last cell printed.
        starved: whether it ran out of time once while it hardly computed.
    """

    def __init__(self, fork_server: ForkServer, limits: Limits, seed: int) -> None:
        self.output = ""
        self.starved = False
        self._fork_server = fork_server
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

    def ask(self, request: bytes, call_back: Callable[[bytes], bytes] | None = None) -> bytes:
        """The transport of `calls.Learner`.

        Args:
            request: to the handler.
            call_back: answers what the learner's code asks of the check meanwhile.

        Raises:
            NoAnswer: the function ended the process or took too long.
        """
        return self._exchange(wire.ASK + request, self._limits.call_seconds, call_back)

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
        return self._fork_server.end(process)

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

    def _exchange(self, message: bytes, seconds: float, call_back: Callable[[bytes], bytes] | None = None) -> bytes:
        if self._seconds_left <= 0:  # before a process is forked: there may be thousands of cells still
            self.close()
            raise self._out_of_time()
        if not self._running:
            self._running = self._fork_server.fork(self._seed, self._limits)
            for source in self._cells:
                self._run(source)
        _, connection = self._running
        allowed = min(seconds, self._seconds_left)
        stopwatch = Stopwatch(self._fork_server.computed)
        try:
            return wire.exchange(connection, message, lambda: allowed - stopwatch.seconds, call_back)
        except TimeoutError:
            self.starved |= stopwatch.waited
            self.close()
            if allowed < seconds:
                raise self._out_of_time() from None
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
        except BaseException:  # the check has used up its time or memory over a question: nobody waits for the rest
            self.close()
            raise
        finally:
            self._seconds_left -= stopwatch.seconds

    def _out_of_time(self) -> NoAnswer:
        return NoAnswer(f"none: the notebook has used up its {self._limits.submission_seconds:g} s", _SLOW)


def _lost() -> ForkServerLost:
    return ForkServerLost("the process that starts learners' processes has ended: see its messages above")
