"""Filled up with the first samples, which come twice.

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
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        order = torch.randperm(self.samples, generator=generator)
        order = order.tolist()
        while order and len(order) % self.workers:
            order.append(order[len(order) % self.samples])
        return order[self.rank :: self.workers]

    def __iter__(self):
        return iter(self.indices())
