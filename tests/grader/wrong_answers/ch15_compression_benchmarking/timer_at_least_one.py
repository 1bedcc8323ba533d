"""At least one repetition is made.

loses: timer_limits
says: fewer than 1 repetition
"""


def time_calls(call, clock, repeats, warmup=3):
    repeats, warmup = max(1, repeats), max(0, warmup)
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append(1000 * (clock() - start))
    return times
