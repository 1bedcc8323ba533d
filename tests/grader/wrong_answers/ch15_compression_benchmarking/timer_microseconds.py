"""Microseconds.

loses: timer_values
says: clock() gives seconds
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
        times.append(1_000_000 * (clock() - start))
    return times
