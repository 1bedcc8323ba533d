"""What the scripts of this folder share: test answers kept from one start to the next, and paired differences."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from compresslab.data import Batches, Dataset
from compresslab.evaluation import accuracy_difference
from compresslab.files import atomic_write
from compresslab.training import evaluate


def cached(path: Path, dataset: Dataset, make: Callable[[], nn.Module]) -> Tensor:
    """Which test images a run's model gets right; from an earlier start of the script if it was finished there."""
    if not path.exists():
        hits = evaluate(make(), Batches(dataset, dataset.test, 500)).correct
        with atomic_write(path) as partial, partial.open("wb") as file:
            np.save(file, hits.numpy(), allow_pickle=False)
        print(f"{path.stem}: {share(hits):.2%}", flush=True)
    return torch.from_numpy(np.load(path, allow_pickle=False))


def share(hits: Tensor) -> float:
    """Accuracy."""
    return float(hits.double().mean())


def difference(better: Sequence[Tensor], other: Sequence[Tensor], groups: Tensor) -> dict[str, object]:
    """Points between two methods over all seeds; the interval resamples source images, for all seeds together."""
    found = accuracy_difference(torch.cat(list(better)), torch.cat(list(other)), groups.repeat(len(better)))
    by_seed = [100 * (share(a) - share(b)) for a, b in zip(better, other, strict=True)]
    return {
        "points": round(found.points, 3),
        "interval": {"low": found.interval.low, "high": found.interval.high, "confidence": found.interval.level},
        "by_seed": [round(points, 3) for points in by_seed],
        "seeds": len(better),
        "n": len(groups),
        "groups": found.groups,
    }
