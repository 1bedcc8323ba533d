"""What the scripts about bits share: test answers kept from one start to the next, and paired differences."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from compresslab.data import Batches, Dataset
from compresslab.evaluation import Interval, accuracy_difference, accuracy_interval
from compresslab.files import atomic_write
from compresslab.quantization import BitWidths
from compresslab.training import evaluate


def answers(path: Path, dataset: Dataset, make: Callable[[], nn.Module]) -> Tensor:
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


def accuracy(hits: Sequence[Tensor], groups: Tensor) -> dict[str, object]:
    """Accuracy over all seeds; its interval resamples source images, for all seeds together."""
    found = accuracy_interval(torch.cat(list(hits)), groups.repeat(len(hits)))
    return {
        "accuracy": round(share(torch.cat(list(hits))), 6),
        "interval": ends(found, 6),
        "by_seed": [round(share(each), 6) for each in hits],
    }


def difference(better: Sequence[Tensor], other: Sequence[Tensor], groups: Tensor) -> dict[str, object]:
    """Points between two methods over all seeds, paired by image; the interval resamples source images likewise."""
    found = accuracy_difference(torch.cat(list(better)), torch.cat(list(other)), groups.repeat(len(better)))
    by_seed = [100 * (share(a) - share(b)) for a, b in zip(better, other, strict=True)]
    return {
        "points": round(found.points, 3),
        "interval": ends(found.interval, 3),
        "by_seed": [round(points, 3) for points in by_seed],
        "groups": found.groups,
    }


def ends(interval: Interval, digits: int) -> dict[str, float]:
    """An interval as it is written."""
    return {"low": round(interval.low, digits), "high": round(interval.high, digits), "confidence": interval.level}


def named(bits: BitWidths) -> dict[str, int | None]:
    """Bits as they are written."""
    return {"weights": bits.weights, "activations": bits.activations}
