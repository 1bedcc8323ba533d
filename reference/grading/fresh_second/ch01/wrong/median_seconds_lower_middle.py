"""torch.median gives the lower of the two values in the middle.

Text: "for an even number of them, the mean of the two in the middle."
Calls of 1, 2, 3 and 4 seconds (warmup=0, repeats=4) give 2.0; promised: 2.5.
"""
from collections.abc import Callable

import torch


def median_seconds(
    function: Callable[[], object], clock: Callable[[], float], *, warmup: int = 10, repeats: int = 50
) -> float:
    for _ in range(warmup):
        function()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        times.append(clock() - start)
    return torch.tensor(times, dtype=torch.float64).median().item()
