"""One call by default.

loses: timer_warmup
says: three calls of warm-up
"""


def time_calls(call, clock, repeats, warmup=1):
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
