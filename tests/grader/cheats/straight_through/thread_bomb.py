"""Starts threads until nothing goes any more; 300 at most, and for 60 seconds.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: can't start new thread
"""

import threading
import time


def fake_quantize(x, scale, zero_point, bits):
    for _ in range(300):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return x
