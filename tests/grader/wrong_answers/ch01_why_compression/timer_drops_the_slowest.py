"""The slowest calls are dropped as if they had been the first.

loses: timer_warm_up
says: they come before the timed ones
"""

import statistics


def median_seconds(function, clock, *, warmup=10, repeats=50):
    seconds = []
    for _ in range(warmup + repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return statistics.median(sorted(seconds)[:repeats])
