"""No warm-up unless it is asked for.

loses: timer_warmup
says: three calls of warm-up
"""


def time_calls(call, clock, repeats, warmup=0):
    if repeats < 1 or warmup < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append(1000 * (clock() - start))
    return times
