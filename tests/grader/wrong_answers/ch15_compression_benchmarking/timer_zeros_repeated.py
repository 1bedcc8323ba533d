"""A call of no time is made again.

loses: timer_limits
says: 5,000 times
"""


def time_calls(call, clock, repeats, warmup=3):
    if repeats < 1 or warmup < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    times = []
    while len(times) < repeats:
        start = clock()
        call()
        if clock() > start:
            times.append(1000 * (clock() - start))
    return times
