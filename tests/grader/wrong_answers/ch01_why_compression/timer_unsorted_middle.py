"""The call in the middle of the loop, not of the sorted times.

loses: timer_median
says: in the middle of the run
"""


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    seconds = []
    for _ in range(repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return seconds[len(seconds) // 2]
