"""Calls that took no time on the clock are taken for failures of the clock.

loses: timer_median
says: is it left out
"""

import statistics


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    seconds = []
    for _ in range(repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return statistics.median([each for each in seconds if each > 0] or [0.0])
