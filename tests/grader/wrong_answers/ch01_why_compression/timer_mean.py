"""The mean, which one slow call moves.

loses: timer_median
says: this is the mean
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
    return statistics.mean(seconds)
