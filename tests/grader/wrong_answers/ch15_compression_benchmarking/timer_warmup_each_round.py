"""A call of warm-up before each timed one.

loses: timer_warmup
says: the warm-up's calls are made
"""


def time_calls(call, clock, repeats, warmup=3):
    if repeats < 1 or warmup < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        call()
        start = clock()
        call()
        times.append(1000 * (clock() - start))
    return times
