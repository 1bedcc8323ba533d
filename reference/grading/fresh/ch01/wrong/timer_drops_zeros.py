"""Takes a difference of zero for a failed reading and leaves it out.

With calls of 0, 0 and 3 seconds on the clock (a coarse one), warmup=0, repeats=3 the text promises the median of the
timed calls, 0.0; gives 3.0. (If all are zero it gives 0.0.)
"""
import statistics
from collections.abc import Callable


def median_seconds(
    function: Callable[[], object], clock: Callable[[], float], *, warmup: int = 10, repeats: int = 50
) -> float:
    for _ in range(warmup):
        function()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        elapsed = clock() - start
        if elapsed > 0:
            times.append(elapsed)
    return statistics.median(times) if times else 0.0
