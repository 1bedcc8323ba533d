"""`set_epoch` does nothing.

loses: sampler_epochs
says: shuffled, by the epoch and by the seed
"""

import torch


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.epoch = 0

    def set_epoch(self, epoch):
        pass

    def indices(self):
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        order = torch.randperm(self.samples, generator=generator)
        return order[self.rank :: self.workers].tolist()

    def __iter__(self):
        return iter(self.indices())
