"""The clock's seconds are taken for nanoseconds.

loses: timer_values
says: a number for each call
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
        times.append((clock() - start) / 1e6)
    return times
