"""Gives each seed 1000 numbers for its epochs. But they go from 0 to 1,000: epoch 1000 of seed 0 is epoch 0 of seed 1.

Text: "In each epoch (from 0 to 1,000 ...)"; "Two runs with different seeds have different orders in all their epochs".
"""
import torch


class ShardedSampler:
    def __init__(self, samples: int, *, workers: int, rank: int, seed: int) -> None:
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def indices(self) -> list[int]:
        generator = torch.Generator().manual_seed(self.seed * 1000 + self.epoch)
        order = torch.randperm(self.samples, generator=generator)
        return order[self.rank :: self.workers].tolist()
