"""Turns both readings into milliseconds before it subtracts: with a clock far from 0 the products round, and the difference loses its digits.

Text: "the milliseconds of each timed call, in the order in which they were made, right to nine digits"
Input: `now = [2.0**30]; call = lambda: now.__setitem__(0, now[0] + 2.0**-22); time_calls(call, lambda: now[0], 1, 0)` -> promised [0.0002384185791015625], actual [0.000244140625]
"""

def time_calls(call, clock, repeats: int, warmup: int = 3) -> list[float]:

    if repeats < 1 or warmup < 0:
        raise ValueError("at least one repetition, and no negative warm-up")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        before = clock() * 1000
        call()
        after = clock() * 1000
        times.append(after - before)
    return times
