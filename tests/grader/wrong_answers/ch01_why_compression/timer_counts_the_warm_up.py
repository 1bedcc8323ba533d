"""The warm-up is timed with the rest.

loses: timer_warm_up
says: their times don't count
"""

import statistics


def median_seconds(function, clock, *, warmup=10, repeats=50):
    seconds = []
    for _ in range(warmup + repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return statistics.median(seconds)
