"""The warm-up is taken out of the repeats instead of coming on top.

loses: timer_warm_up
says: in addition to them
"""

import statistics


def median_seconds(function, clock, *, warmup=10, repeats=50):
    seconds = []
    for _ in range(repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return statistics.median(seconds[min(warmup, repeats - 1) :])
