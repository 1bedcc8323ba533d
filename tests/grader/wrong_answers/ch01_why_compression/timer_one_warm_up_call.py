"""One call to warm up, however many were asked for.

loses: timer_warm_up
says: the first calls warm up
"""

import statistics


def median_seconds(function, clock, *, warmup=10, repeats=50):
    if warmup:
        function()
    seconds = []
    for _ in range(repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return statistics.median(seconds)
