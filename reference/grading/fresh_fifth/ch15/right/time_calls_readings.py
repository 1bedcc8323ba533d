"""Keeps the raw readings of the clock and subtracts only when all calls are made; one loop over all calls, the warm-up too."""


def time_calls(call, clock, repeats: int, warmup: int = 3) -> list[float]:
    if not (repeats >= 1 and warmup >= 0):
        raise ValueError(f"{repeats} repetitions after {warmup}")
    begun, ended = [], []
    for number in range(-warmup, repeats):
        if number < 0:
            call()
            continue
        begun.append(clock())
        call()
        ended.append(clock())
    return [(after - before) * 1000.0 for before, after in zip(begun, ended)]
