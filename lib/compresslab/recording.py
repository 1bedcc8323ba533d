"""What the scripts in `reference/` share: answers kept from one start to the next, and comparisons over seeds.

A script that is stopped and started again finds the answers of finished runs in its folder. Two methods are compared on
the same test images, over all seeds together; images of one source are drawn together, since they are right or wrong
together (`evaluation.accuracy_difference`).
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from compresslab.data import Batches, Dataset
from compresslab.evaluation import Interval, accuracy_difference, accuracy_interval
from compresslab.files import atomic_write
from compresslab.training import evaluate


def kept_answers(path: str | os.PathLike[str], dataset: Dataset, make: Callable[[], nn.Module]) -> Tensor:
    """Which test images a run's model gets right; from an earlier start of the script if it was finished there.

    Args:
        path: file of the answers, `.npy`; its folder exists.
        make: trains the model; called only if the file isn't there.

    Returns:
        (n,) bool.

    >>> import tempfile
    >>> from compresslab.data import load
    >>> digits = load("digits")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = kept_answers(f"{folder}/run.npy", digits, lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 10)))
    ...     again = kept_answers(f"{folder}/run.npy", digits, lambda: 1 / 0)  # doctest: +ELLIPSIS
    run: ...%
    >>> torch.equal(first, again)
    True
    """
    path = Path(path)
    if not path.exists():
        right = evaluate(make(), Batches(dataset, dataset.test, 500)).correct
        with atomic_write(path) as partial, partial.open("wb") as file:
            np.save(file, right.numpy(), allow_pickle=False)
        print(f"{path.stem}: {share(right):.2%}", flush=True)
    return torch.from_numpy(np.load(path, allow_pickle=False))


def share(right: Tensor) -> float:
    """Accuracy: the share of true values.

    >>> share(torch.tensor([True, True, False, True]))
    0.75
    """
    return float(right.double().mean())


def accuracy(right: Sequence[Tensor], groups: Tensor) -> dict[str, Any]:
    """Accuracy over all seeds, as it is written to a record.

    Args:
        right: for each seed (n,) bool, which of the same test images its model gets right.
        groups: (n,) source of each image.

    >>> found = accuracy([torch.arange(100) % 10 > 0] * 2, torch.arange(100) // 2)
    >>> found["accuracy"], found["by_seed"], found["interval"]["low"] < 0.9 < found["interval"]["high"]
    (0.9, [0.9, 0.9], True)
    """
    return {
        "accuracy": round(share(torch.cat(list(right))), 6),
        "interval": ends(accuracy_interval(torch.cat(list(right)), groups.repeat(len(right))), 6),
        "by_seed": [round(share(each), 6) for each in right],
    }


def difference(better: Sequence[Tensor], other: Sequence[Tensor], groups: Tensor) -> dict[str, Any]:
    """Points between two methods over all seeds, paired by image and seed, as they are written to a record.

    Args:
        better, other: for each seed (n,) bool, which of the same test images the method's model gets right.
        groups: (n,) source of each image.

    >>> right = torch.arange(100) % 10 > 0
    >>> found = difference([right, right], [right, right & (torch.arange(100) > 49)], torch.arange(100) // 2)
    >>> found["points"], found["by_seed"], found["groups"]
    (22.5, [0.0, 45.0], 50)
    """
    found = accuracy_difference(torch.cat(list(better)), torch.cat(list(other)), groups.repeat(len(better)))
    return {
        "points": round(found.points, 3),
        "interval": ends(found.interval, 3),
        "by_seed": [round(100 * (share(a) - share(b)), 3) for a, b in zip(better, other, strict=True)],
        "seeds": len(better),
        "n": len(groups),
        "groups": found.groups,
    }


def ends(interval: Interval, digits: int) -> dict[str, float]:
    """An interval, as it is written to a record.

    >>> ends(Interval(0.12345, 0.5, 0.95), 3)
    {'low': 0.123, 'high': 0.5, 'confidence': 0.95}
    """
    return {"low": round(interval.low, digits), "high": round(interval.high, digits), "confidence": interval.level}
