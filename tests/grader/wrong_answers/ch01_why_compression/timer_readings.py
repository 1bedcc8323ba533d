"""The readings after the calls are taken for the times.

loses: timer_clock
says: take the difference
"""

import statistics


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    seconds = []
    for _ in range(repeats):
        function()
        seconds.append(clock())
    return statistics.median(seconds)
