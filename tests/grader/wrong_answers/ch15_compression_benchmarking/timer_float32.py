"""The readings pass through float32.

loses: timer_values
says: nine digits
"""

import numpy as np


def time_calls(call, clock, repeats, warmup=3):
    if repeats < 1 or warmup < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append(float(np.float32(1000 * (clock() - start))))
    return times
