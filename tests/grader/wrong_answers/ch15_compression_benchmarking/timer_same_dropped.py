"""A time that came before is not noted again.

loses: timer_limits
says: every time is kept
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
        ms = 1000 * (clock() - start)
        if ms not in times:
            times.append(ms)
    return times
