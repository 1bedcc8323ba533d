"""Cuts the order into pieces of ceil(samples / workers): the last workers get much less than the others.

Text: "numbers of samples differ by one at most".
Input: 9 samples, 4 workers: 3, 3, 3 and 0; promised are 3, 2, 2 and 2 in some order.
"""
import math

import torch


class ShardedSampler:
    def __init__(self, samples: int, *, workers: int, rank: int, seed: int) -> None:
        self.samples = samples
        self.each = math.ceil(samples / workers)
        self.rank = rank
        self.seed = seed
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def indices(self) -> list[int]:
        generator = torch.Generator()
        generator.manual_seed(self.seed * 1_000_003 + self.epoch)
        order = torch.randperm(self.samples, generator=generator).tolist()
        return order[self.rank * self.each : (self.rank + 1) * self.each]
