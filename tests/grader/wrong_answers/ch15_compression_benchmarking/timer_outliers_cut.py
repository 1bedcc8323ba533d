"""What is above ten medians is left out.

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
        times.append(1000 * (clock() - start))
    middle = sorted(times)[len(times) // 2]
    return [ms for ms in times if ms <= 20 * middle]
