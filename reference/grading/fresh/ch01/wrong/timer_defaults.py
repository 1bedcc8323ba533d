"""Writes its own defaults into the signature.

With median_seconds(function, clock) the text promises warmup=10 and repeats=50, 60 calls in all; makes 3 + 10 = 13.
"""
import statistics
from collections.abc import Callable


def median_seconds(
    function: Callable[[], object], clock: Callable[[], float], *, warmup: int = 3, repeats: int = 10
) -> float:
    for _ in range(warmup):
        function()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        times.append(clock() - start)
    return statistics.median(times)
