"""Makes files until no more go; 30,000 empty ones at most.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: No space left
"""

import os
from pathlib import Path


def fake_quantize(x, scale, zero_point, bits):
    Path("first").touch()
    for number in range(30_000):
        os.close(os.open(f"/tmp/{number}", os.O_CREAT | os.O_WRONLY))
    return x
