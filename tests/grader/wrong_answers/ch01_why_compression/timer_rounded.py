"""Times are rounded to microseconds.

loses: timer_clock
says: less than a microsecond
"""

import statistics


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    times = []
    for _ in range(repeats):
        a = clock()
        function()
        times.append(round(clock() - a, 6))
    return statistics.median(times)
