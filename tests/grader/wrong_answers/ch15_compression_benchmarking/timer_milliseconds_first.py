"""Each reading is turned into milliseconds before they are subtracted.

loses: timer_values
says: subtract the readings
"""


def time_calls(call, clock, repeats: int, warmup: int = 3) -> list[float]:
    if repeats < 1 or warmup < 0:
        raise ValueError(f"{repeats} repeats after {warmup} of warm-up")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = 1000 * clock()
        call()
        times.append(1000 * clock() - start)
    return times
