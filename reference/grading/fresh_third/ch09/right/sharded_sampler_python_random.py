"""Python's own random.Random, seeded by a text of seed and epoch; the order is dealt out like cards, and drawn at once in set_epoch."""
import random


class ShardedSampler:
    def __init__(self, samples: int, *, workers: int, rank: int, seed: int) -> None:
        self.samples, self.workers, self.rank, self.seed = samples, workers, rank, seed
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        order = list(range(self.samples))
        random.Random(f"seed {self.seed}, epoch {epoch}").shuffle(order)
        self.mine = [sample for place, sample in enumerate(order) if place % self.workers == self.rank]

    def indices(self) -> list[int]:
        return list(self.mine)
