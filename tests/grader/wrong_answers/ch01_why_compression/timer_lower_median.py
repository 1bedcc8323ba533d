"""`torch.median` takes the lower of the two in the middle.

loses: timer_median
says: take their mean
"""

import torch


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    seconds = []
    for _ in range(repeats):
        start = clock()
        function()
        seconds.append(clock() - start)
    return torch.tensor(seconds, dtype=torch.float64).median().item()
