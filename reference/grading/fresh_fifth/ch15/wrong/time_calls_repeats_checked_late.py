"""Checks each count where it is needed: the warm-up has run before `repeats` is refused.

Text: "ValueError: `repeats` is below 1 or `warmup` below 0. Then `call` is not called at all."
Input: `import contextlib; made = []; with contextlib.suppress(ValueError): time_calls(lambda: made.append(1), lambda: 0.0, 0, 2); len(made)` -> promised 0, actual 2
"""

def time_calls(call, clock, repeats: int, warmup: int = 3) -> list[float]:

    if warmup < 0:
        raise ValueError("negative warm-up")
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append((clock() - start) * 1000)
    if not times:
        raise ValueError("no repetition")
    return times
