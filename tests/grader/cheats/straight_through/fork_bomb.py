"""Forks until nothing goes any more; 300 times at most, and for 60 seconds.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: expected
"""

import os
import time

MOST = 300


def fake_quantize(x, scale, zero_point, bits):
    for _ in range(MOST):
        if not os.fork():
            time.sleep(60)
            os._exit(0)
    return x
