"""The counts are checked after the warm-up.

loses: timer_limits
says: fewer than 1 repetition
"""


def time_calls(call, clock, repeats, warmup=3):
    for _ in range(warmup):
        call()
    if repeats < 1 or warmup < 0:
        raise ValueError("counts")
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append(1000 * (clock() - start))
    return times
