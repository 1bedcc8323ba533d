"""Reads the machine's clock, to the second, instead of the one that was given.

loses: timer_clock
says: read the clock that you were given
"""

import statistics
import time


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        seconds.append(round(time.perf_counter() - start))
    return statistics.median(seconds)
