"""One loop for warmup and timed calls alike; keeps the timings sorted as they come, and takes the median by its two middle
positions, which are one for an odd count."""
import bisect
from collections.abc import Callable


def median_seconds(
    function: Callable[[], object], clock: Callable[[], float], *, warmup: int = 10, repeats: int = 50
) -> float:
    ordered: list[float] = []
    for call in range(-warmup, repeats):
        before = clock()
        function()
        after = clock()
        if call >= 0:
            bisect.insort(ordered, after - before)
    return (ordered[(repeats - 1) // 2] + ordered[repeats // 2]) / 2
