"""Each worker keeps every workers-th sample of the data set for ever, and only shuffles those.

Text: "all workers draw one common order of all samples"; "From epoch to epoch a worker gets other samples, in another order."
Input: 10 samples, 2 workers: rank 0 has the even ones in every epoch.
"""
import numpy as np


class ShardedSampler:
    def __init__(self, samples: int, *, workers: int, rank: int, seed: int) -> None:
        self.mine = list(range(rank, samples, workers))
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def indices(self) -> list[int]:
        rng = np.random.default_rng((self.seed, self.epoch))
        return [self.mine[i] for i in rng.permutation(len(self.mine))]
