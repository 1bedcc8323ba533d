"""The fastest call.

loses: timer_median
says: this is the fastest call
"""


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    seconds = []
    for _ in range(repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return min(seconds)
