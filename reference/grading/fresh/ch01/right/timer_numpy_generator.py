"""Right: a generator of times, read by NumPy in float64; returns a NumPy float64, which is a float."""
from collections.abc import Callable

import numpy as np


def median_seconds(
    function: Callable[[], object], clock: Callable[[], float], *, warmup: int = 10, repeats: int = 50
) -> float:
    def timed():
        begin = clock()
        function()
        return -(begin - clock())

    list(iter_calls(function, warmup))
    return np.median(np.fromiter((timed() for _ in range(repeats)), dtype=np.float64, count=repeats))


def iter_calls(function, count):
    for _ in range(count):
        yield function()
