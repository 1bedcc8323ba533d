"""Keeps the readings of the clock in float32 tensors. A clock that tells the seconds since a moment long ago (a boot, 1970)
then loses all that is shorter than milliseconds or even minutes.

Text: "gives seconds since some moment"; "only the difference of two readings means anything"; "The median of the timed calls,
in seconds".
Calls of 0.001 seconds on a clock that starts at 1_000_000.0 (warmup=0, repeats=3) give 0.0; promised: 0.001.
"""
from collections.abc import Callable

import torch


def median_seconds(
    function: Callable[[], object], clock: Callable[[], float], *, warmup: int = 10, repeats: int = 50
) -> float:
    for _ in range(warmup):
        function()
    starts = torch.zeros(repeats)
    ends = torch.zeros(repeats)
    for i in range(repeats):
        starts[i] = clock()
        function()
        ends[i] = clock()
    return torch.quantile(ends - starts, 0.5).item()
