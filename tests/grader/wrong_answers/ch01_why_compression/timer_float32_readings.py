"""Readings of the clock are kept in float32, and subtracted afterwards.

loses: timer_clock
says: float32 holds seven digits of a reading
"""

import statistics

import torch


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    a, b = [], []
    for _ in range(repeats):
        a.append(clock())
        function()
        b.append(clock())
    return statistics.median((torch.tensor(b) - torch.tensor(a)).tolist())
