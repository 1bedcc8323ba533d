"""Fewer calls, where the caller doesn't say how many.

loses: timer_warm_up
says: keep the defaults
"""

import statistics


def median_seconds(function, clock, *, warmup=3, repeats=20):
    for _ in range(warmup):
        function()
    seconds = []
    for _ in range(repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return statistics.median(seconds)
