"""An assertion instead of a ValueError.

loses: timer_limits
says: fewer than 1 repetition
"""


def time_calls(call, clock, repeats, warmup=3):
    assert repeats >= 1 and warmup >= 0
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append(1000 * (clock() - start))
    return times
