"""A call at the end that nobody asked for.

loses: timer_warmup
says: one call for each of the warm-up
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
        times.append(1000 * (clock() - start))
    call()
    return times
