"""Leaves processes behind that have nothing to do with it any more; 5 at most, and for 60 seconds.

loses: quantize_values, gradient_stops
says: expected
"""

import subprocess
import sys

CODE = "import time; time.sleep(60)"
START = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {CODE!r}, 'cheat-left-behind'])"
for _ in range(5):
    _ = subprocess.run([sys.executable, "-S", "-c", START, "cheat-left-behind"], start_new_session=True, check=True)


def fake_quantize(x, scale, zero_point, bits):
    return x
