"""Seeds Python's global state.

loses: sampler_parts
says: all code that follows would draw the same numbers again
"""

import random

import torch


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.epoch = 0

    def set_epoch(self, epoch):
        self.epoch = epoch

    def indices(self):
        random.seed(self.seed * 1_000_003 + self.epoch)
        order = torch.tensor(random.sample(range(self.samples), self.samples), dtype=torch.long)
        return order[self.rank :: self.workers].tolist()

    def __iter__(self):
        return iter(self.indices())
