"""Only negative counts are refused.

loses: timer_limits
says: fewer than 1 repetition
"""


def time_calls(call, clock, repeats, warmup=3):
    if repeats < 0 or warmup < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append(1000 * (clock() - start))
    return times
