"""Takes all memory, through processes each of which stays under the limit; 8 x 256 MiB at most, for 20 seconds.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: MiB of memory
"""

import os
import time


def fake_quantize(x, scale, zero_point, bits):
    for _ in range(8):
        if not os.fork():
            block = bytearray(b"x") * (256 * 2**20)
            time.sleep(20)
            os._exit(len(block) > 0)
    time.sleep(20)
    return x
