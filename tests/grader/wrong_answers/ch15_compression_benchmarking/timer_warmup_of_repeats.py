"""The warm-up is taken from the repetitions.

loses: timer_warmup
says: the warm-up's calls are made
"""


def time_calls(call, clock, repeats, warmup=3):
    if repeats < 1 or warmup < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(max(1, repeats - warmup)):
        start = clock()
        call()
        times.append(1000 * (clock() - start))
    return times
