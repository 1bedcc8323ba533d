"""One generator for the whole run: an epoch's order depends on what was asked before.

loses: sampler_epochs
says: an epoch that is asked for again has the same order
"""

import torch


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.epoch = 0
        self.generator = torch.Generator().manual_seed(seed)

    def set_epoch(self, epoch):
        self.epoch = epoch

    def indices(self):
        order = torch.randperm(self.samples, generator=self.generator)
        return order[self.rank :: self.workers].tolist()

    def __iter__(self):
        return iter(self.indices())
