"""A NumPy array instead of a list.

loses: timer_values
says: a number for each call
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
        times.append(1000 * (clock() - start))
    return np.array(times)
