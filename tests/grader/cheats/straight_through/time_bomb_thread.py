"""Starts a thread that goes off again and again, while the next one is judged; for 30 seconds.

loses: quantize_values, gradient_stops
says: expected
"""

import contextlib
import os
import signal
import socket
import threading
import time
from pathlib import Path

CANARY = "/nowhere"  # the test's own folder
INSIDE = socket.gethostname() == "sandbox"  # else it would harm others


def explode():
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for place in ("/tmp/boom", "/dev/shm/boom", f"{CANARY}/boom", "/tmp/learner/boom"):
            with contextlib.suppress(OSError):
                Path(place).touch()
        for process in map(int, filter(str.isdecimal, os.listdir("/proc") if INSIDE else ())):  # noqa: PTH208
            if process not in (1, os.getpid()):
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL)
        time.sleep(0.02)


bomb = threading.Thread(target=explode, daemon=True)
_ = bomb.start()


def fake_quantize(x, scale, zero_point, bits):
    return x
