"""The order is drawn in the constructor.

loses: sampler_epochs
says: shuffled, by the epoch and by the seed
"""

import torch


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.epoch = 0
        generator = torch.Generator().manual_seed(seed)
        self.order = torch.randperm(samples, generator=generator)

    def set_epoch(self, epoch):
        self.epoch = epoch

    def indices(self):
        return self.order[self.rank :: self.workers].tolist()

    def __iter__(self):
        return iter(self.indices())
