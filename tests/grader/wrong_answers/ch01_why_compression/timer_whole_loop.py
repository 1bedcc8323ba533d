"""The whole loop is timed and divided: a mean again.

loses: timer_median
says: this is the mean
"""


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    start = clock()
    for _ in range(repeats):
        function()
    return (clock() - start) / repeats
