"""Peak memory of a model alone: measured in a process of its own, less what Python and the libraries take there.

The memory of the process at hand says nothing about a model in it: PyTorch alone takes some 300 MB, and what was freed
before, by something else, still counts in its peak. So a child imports the libraries, runs a tiny network in each of
them, and notes its memory; loads the model, and notes the highest mark; and then runs it, and notes that.
"""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from compresslab.arguments import positive, whole
from compresslab.errors import InputError

_FROM_MAIN = b"\x8c\x08__main__"  # in a pickle: a name to be looked up in the program that was started
_CHILD = "compresslab.benchmark.memory_child"


@dataclass(frozen=True)
class PeakMemory:
    """The highest memory of a model in a process of its own, beyond that of an empty one.

    Attributes:
        loading_bytes: the most while it was loaded and ran for the first time; a file that is read, unpacked and laid
            out anew is in memory more than once for a moment.
        running_bytes: the most while it ran after that, weights included; None where the system can't set its mark back
            (only Linux can), and then it is no more than `loading_bytes`.
        cuda_bytes: the most that PyTorch's tensors took on the GPU, weights included; None where no GPU was used. What
            the driver and its context take comes on top.
        baseline_bytes: of the process before the model: Python and the libraries.

    >>> found = PeakMemory(90_000_000, running_bytes=60_000_000, cuda_bytes=None, baseline_bytes=3 * 10**8)
    >>> found.needed_bytes
    90000000
    """

    loading_bytes: int
    running_bytes: int | None
    cuda_bytes: int | None
    baseline_bytes: int

    @property
    def needed_bytes(self) -> int:
        """What a machine must have for this model, besides the runtime."""
        return max(self.loading_bytes, self.running_bytes or 0)


def peak_memory(
    load: Callable[[], Callable[[], object]], *, calls: int = 3, threads: int = 1, timeout_seconds: float = 300.0
) -> PeakMemory:
    """Load a model in a new process, run it, and read that process's highest mark of resident memory.

    Args:
        load: makes the call; what it returns is run. It is sent to the other process by `pickle`: a function of a
            module, or `functools.partial(inference_call, model, images)` with a model of importable classes.
        calls: of the model, after a first one that counts as part of loading.
        threads: for PyTorch.
        timeout_seconds: after which the process is ended.

    Raises:
        InputError: `load` can't be sent, fails there, takes too long, or its process dies, out of memory or otherwise.

    >>> from functools import partial
    >>> import numpy as np
    >>> found = peak_memory(partial(partial, np.ones, 2_500_000))  # a "model" that makes 20 MB of ones at each call
    >>> abs(found.loading_bytes - 20e6) < 2e6
    True
    """
    whole(calls=calls, threads=threads)
    positive(timeout_seconds=timeout_seconds)
    with TemporaryDirectory(prefix="compresslab-") as folder:
        reply = Path(folder, "reply.json")
        try:
            payload = pickle.dumps(load)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise InputError(f"load can't be sent to another process: {error}. {_REMEDY}") from error
        if _FROM_MAIN in payload:
            raise InputError(f"load can't be sent to another process: it is of this notebook or script. {_REMEDY}")
        command = [sys.executable, "-m", _CHILD, str(reply), str(calls), str(threads)]
        # What can be imported here must be importable there, wherever this program was started.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), *sys.path]))}
        try:
            ran = subprocess.run(
                command, input=payload, env=environment, capture_output=True, timeout=timeout_seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise InputError(
                f"the model did not load and run {calls + 1} times within {timeout_seconds:g} s: raise timeout_seconds."
            ) from error
        if not reply.exists():
            raise InputError(f"the process that ran the model died of {_cause(ran)}")
        found = json.loads(reply.read_text(encoding="utf-8"))
    if "input_error" in found:
        raise InputError(found["input_error"])
    if "error" in found:
        raise InputError(f"the model failed in a process of its own: {found['error']}")
    return PeakMemory(**found)


_REMEDY = "Give a function of a module, or functools.partial(inference_call, model, images) with importable classes."


def _cause(ran: subprocess.CompletedProcess[bytes]) -> str:
    """Why a child gave no answer, as a sentence's end."""
    if ran.returncode < 0:
        name = signal.Signals(-ran.returncode).name
        hint = " (the system ends a process so that is out of memory)" if name == "SIGKILL" else ""
        return f"{name}{hint}: does it run elsewhere?"
    said = (ran.stderr.decode(errors="replace").strip().splitlines() or ["no word"])[-1]
    return f"exit status {ran.returncode}: {said}"
