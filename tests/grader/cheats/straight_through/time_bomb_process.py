"""Starts a process, away from its own, that goes off while the next one is judged; for 30 seconds.

loses: quantize_values, gradient_stops
says: expected
"""

import subprocess
import sys

CANARY = "/nowhere"  # the test's own folder
CODE = f"""
import contextlib, os, signal, socket, time
inside = socket.gethostname() == "sandbox"
end = time.monotonic() + 30
while time.monotonic() < end:
    for place in ("/tmp/boom", "/dev/shm/boom", "{CANARY}/boom", "/tmp/learner/boom"):
        with contextlib.suppress(OSError):
            open(place, "w").close()
    for process in map(int, filter(str.isdecimal, os.listdir("/proc") if inside else ())):
        if process not in (1, os.getpid(), {{parent}}):
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
    time.sleep(0.02)
"""
parent = __import__("os").getpid()
command = [sys.executable, "-S", "-c", CODE.replace("{parent}", str(parent)), "cheat-left-behind"]
bomb = subprocess.Popen(command, start_new_session=True)


def fake_quantize(x, scale, zero_point, bits):
    return x
