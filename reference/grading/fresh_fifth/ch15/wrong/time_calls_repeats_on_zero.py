"""Takes a time of 0 for a failed measurement and measures once more.

Text: "`call` is called exactly `warmup + repeats` times."
Input: `costs = iter([0.5, 0.0, 0.25, 0.125, 1.0]); now = [0.0]; call = lambda: now.__setitem__(0, now[0] + next(costs)); (time_calls(call, lambda: now[0], 3, 0), 'left: ' + str(list(costs)))` -> promised ([500.0, 0.0, 250.0], 'left: [0.125, 1.0]'), actual ([500.0, 250.0, 125.0], 'left: [1.0]')
"""

def time_calls(call, clock, repeats: int, warmup: int = 3) -> list[float]:

    if repeats < 1 or warmup < 0:
        raise ValueError("bad counts")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        elapsed = clock() - start
        if elapsed == 0:  # the clock is too coarse: once more
            start = clock()
            call()
            elapsed = clock() - start
        times.append(1000 * elapsed)
    return times
