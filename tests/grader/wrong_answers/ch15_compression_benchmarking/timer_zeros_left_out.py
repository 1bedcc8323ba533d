"""Calls of no time are left out.

loses: timer_limits
says: shorter than the clock's step
"""


def time_calls(call, clock, repeats, warmup=3):
    if repeats < 1 or warmup < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        if clock() > start:
            times.append(1000 * (clock() - start))
    return times
