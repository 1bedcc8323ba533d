"""Looks for other learners' processes, files, sockets and shared memory.

loses: quantize_values, gradient_stops
says: expected
"""

import contextlib
import os
from pathlib import Path

found = {}


def attempt(name, action):
    found[name] = False
    with contextlib.suppress(OSError):
        found[name] = bool(action())


def other_processes():
    own = {"1", str(os.getpid())}  # 1 keeps it, and is of the sandbox
    return [each for each in Path("/proc").glob("[0-9]*") if each.name not in own]


attempt_1 = attempt("processes", other_processes)
attempt_2 = attempt("the keeper's files", lambda: list(Path("/proc/1/fd").iterdir()))
attempt_3 = attempt("the keeper's root", lambda: list(Path("/proc/1/root/").iterdir()))
attempt_4 = attempt("the keeper's folder", lambda: list(Path("/proc/1/cwd/").iterdir()))
attempt_5 = attempt("shared memory", lambda: list(Path("/dev/shm").iterdir()))
attempt_6 = attempt("segments", lambda: Path("/proc/sysvipc/shm").read_text().splitlines()[1:])
attempt_7 = attempt("ports", lambda: Path("/proc/net/tcp").read_text().splitlines()[1:])
attempt_8 = attempt("files", lambda: [each for each in Path("/tmp").iterdir() if each.name == "boom"])
attempt_9 = attempt("homes", lambda: list(Path("/home").iterdir()))


def tried():
    return found


def fake_quantize(x, scale, zero_point, bits):
    return x
