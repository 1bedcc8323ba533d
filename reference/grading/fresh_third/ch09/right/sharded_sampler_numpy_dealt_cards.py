"""NumPy's generator of (seed, epoch), and array_split into neighbours instead of a step."""
import numpy as np


class ShardedSampler:
    def __init__(self, samples: int, *, workers: int, rank: int, seed: int) -> None:
        self._samples = samples
        self._workers = workers
        self._rank = rank
        self._entropy = (seed, 0)

    def set_epoch(self, epoch: int) -> None:
        self._entropy = (self._entropy[0], epoch)

    def indices(self) -> list[int]:
        order = np.random.default_rng(self._entropy).permutation(self._samples)
        return [int(i) for i in np.array_split(order, self._workers)[self._rank]]
