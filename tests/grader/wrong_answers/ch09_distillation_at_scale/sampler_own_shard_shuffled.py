"""Each worker keeps its samples, and shuffles those.

loses: sampler_epochs
says: all samples are shuffled before they are shared out
"""

import torch


class ShardedSampler:
    def __init__(self, samples, *, workers, rank, seed):
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.epoch = 0

    def set_epoch(self, epoch):
        self.epoch = epoch

    def indices(self):
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        own = torch.arange(self.samples)[self.rank :: self.workers]
        return own[torch.randperm(len(own), generator=generator)].tolist()

    def __iter__(self):
        return iter(self.indices())
