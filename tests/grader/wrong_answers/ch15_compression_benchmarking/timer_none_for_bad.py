"""None for bad counts.

loses: timer_limits
says: fewer than 1 repetition
"""


def time_calls(call, clock, repeats, warmup=3):
    if repeats < 1 or warmup < 0:
        return None
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append(1000 * (clock() - start))
    return times
