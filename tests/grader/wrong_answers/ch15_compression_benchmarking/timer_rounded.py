"""Rounded to whole microseconds.

loses: timer_values
says: nine digits
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
        times.append(round(1000 * (clock() - start), 3))
    return times
