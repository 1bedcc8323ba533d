"""The total of all calls, over their number.

loses: timer_values
says: a number for each call
"""


def time_calls(call, clock, repeats, warmup=3):
    if repeats < 1 or warmup < 0:
        raise ValueError("counts")
    for _ in range(warmup):
        call()
    start = clock()
    for _ in range(repeats):
        call()
    return [1000 * (clock() - start) / repeats] * repeats
