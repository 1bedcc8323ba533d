"""`warmup or 3`: a warm-up of 0 becomes the default.

Text: "warmup: an int, the calls before those, at least 0."
Input: `made = []; (len(time_calls(lambda: made.append(1), lambda: float(len(made)), 2, 0)), len(made))` -> promised (2, 2), actual (2, 5)
"""

def time_calls(call, clock, repeats: int, warmup: int = 3) -> list[float]:

    warmup = warmup or 3
    if repeats < 1 or warmup < 0:
        raise ValueError("bad counts")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append((clock() - start) * 1e3)
    return times
