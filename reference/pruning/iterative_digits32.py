"""One-shot, iterative, rewound and random: what is a mask worth? `python reference/pruning/iterative_digits32.py`.

A quarter-width ResNet-18 is trained on digits32, pruned to several sparsities, and trained again, by every method for
the same number of epochs. Beside this script it writes `iterative_digits32.json`: each run's test accuracy, and the
differences between methods in intervals paired by image and clustered by handwritten digit. About half an hour on one
core; a run that is finished is kept in the cache folder, so a killed script goes on where it stopped.
"""

import copy
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from compresslab.data import Batches, Dataset, load
from compresslab.evaluation import accuracy_difference
from compresslab.files import atomic_write, cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.pipeline import load_weights, save_weights
from compresslab.pruning import (
    Masks,
    apply_masks,
    global_magnitude_masks,
    keep_masked,
    prune_iteratively,
)
from compresslab.training import Recipe, evaluate, fit

SEEDS = (0, 1, 2)
SPARSITIES = (0.95, 0.98)
TRAIN_IMAGES = 6000  # half of them, so that the script takes half an hour
WIDTH = 16
DENSE = Recipe(epochs=8, learning_rate=0.1)
RETRAIN_EPOCHS = 8  # after pruning, whatever the method
FINETUNE_RATE = 0.05  # peak, for weights that are already trained; rewound and fresh ones repeat DENSE's schedule
ROUND_EPOCHS = (1, 1, 1, 5)  # the iterative method's share for each round: most after the last weights are gone
REWIND_TO = 1  # epoch of the dense training that rewound weights go back to
COMPARED = (("iterative", "one-shot"), ("rewound", "random"), ("rewound", "one-shot"))
CACHE = cache_folder() / "iterative_digits32"
HERE = Path(__file__).parent


def main() -> None:
    """Measure what is not yet measured, and write the file."""
    dataset = load("digits32").subset(train=TRAIN_IMAGES)
    right = {
        (method, sparsity, seed): cached(
            f"{method}-{sparsity}-{seed}", dataset, lambda m=method, s=sparsity, k=seed: METHODS[m](dataset, s, k)
        )
        for seed in SEEDS
        for sparsity in SPARSITIES
        for method in METHODS
    }
    dense = {seed: cached(f"dense-{seed}", dataset, lambda k=seed: dense_and_early(dataset, k)[0]) for seed in SEEDS}
    write_json(
        HERE / "iterative_digits32.json",
        {
            "data": {
                "name": dataset.name,
                "images": {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
            },
            "model": f"resnet18(width={WIDTH})",
            "recipe": {
                "dense": asdict(DENSE),
                "retrain_epochs": RETRAIN_EPOCHS,
                "finetune_rate": FINETUNE_RATE,
                "round_epochs": ROUND_EPOCHS,
                "rewind_to_epoch": REWIND_TO,
            },
            "dense": [{"seed": seed, "accuracy": share(hits)} for seed, hits in dense.items()],
            "runs": [
                {"method": method, "sparsity": sparsity, "seed": seed, "accuracy": share(hits)}
                for (method, sparsity, seed), hits in right.items()
            ],
            "differences": [
                {
                    "sparsity": sparsity,
                    "method": better,
                    "against": other,
                    **difference(
                        [right[better, sparsity, seed] for seed in SEEDS],
                        [right[other, sparsity, seed] for seed in SEEDS],
                        dataset.test.groups,
                    ),
                }
                for sparsity in SPARSITIES
                for better, other in COMPARED
            ],
            "machine": machine().to_dict(),
        },
    )


def one_shot(dataset: Dataset, sparsity: float, seed: int) -> nn.Module:
    """All at once, then all the epochs."""
    dense, _ = dense_and_early(dataset, seed)
    masks = global_magnitude_masks(dense, sparsity=sparsity)
    return train(apply_masks(dense, masks), dataset, masks, FINETUNE_RATE, RETRAIN_EPOCHS, seed)


def iterative(dataset: Dataset, sparsity: float, seed: int) -> nn.Module:
    """An equal share of what is left in every round, and a few epochs after each."""
    dense, _ = dense_and_early(dataset, seed)

    def retrain(model: nn.Module, masks: Masks, round_number: int) -> nn.Module:
        return train(model, dataset, masks, FINETUNE_RATE, ROUND_EPOCHS[round_number - 1], seed)

    return prune_iteratively(dense, retrain, sparsity=sparsity, rounds=len(ROUND_EPOCHS))


def rewound(dataset: Dataset, sparsity: float, seed: int) -> nn.Module:
    """The trained network's mask on its own early weights (Frankle et al. 2020)."""
    dense, early = dense_and_early(dataset, seed)
    masks = global_magnitude_masks(dense, sparsity=sparsity)
    return train(apply_masks(early, masks), dataset, masks, DENSE.learning_rate, RETRAIN_EPOCHS, seed)


def random(dataset: Dataset, sparsity: float, seed: int) -> nn.Module:
    """The control: the same mask on fresh weights."""
    dense, _ = dense_and_early(dataset, seed)
    masks = global_magnitude_masks(dense, sparsity=sparsity)
    torch.manual_seed(1000 + seed)
    fresh = apply_masks(resnet18(width=WIDTH), masks)
    return train(fresh, dataset, masks, DENSE.learning_rate, RETRAIN_EPOCHS, seed)


METHODS: dict[str, Callable[[Dataset, float, int], nn.Module]] = {
    "one-shot": one_shot,
    "iterative": iterative,
    "rewound": rewound,
    "random": random,
}


def train(model: nn.Module, dataset: Dataset, masks: Masks, rate: float, epochs: int, seed: int) -> nn.Module:
    """Train under masks; another order of the data than the dense training's."""
    recipe = replace(DENSE, epochs=epochs, learning_rate=rate, seed=100 + seed)
    return fit(model, dataset, recipe, after_step=keep_masked(masks), name=f"seed {seed}").model


def dense_and_early(dataset: Dataset, seed: int) -> tuple[nn.Module, nn.Module]:
    """The dense network of a seed, trained, and as it was after `REWIND_TO` epochs."""
    paths = [CACHE / f"{when}-{seed}.safetensors" for when in ("trained", "early")]
    if not all(path.exists() for path in paths):
        steps, kept = 0, nn.Module()

        def keep_early(model: nn.Module) -> None:
            nonlocal steps, kept
            steps += 1
            if steps == REWIND_TO * (len(dataset.train) // DENSE.batch_size):
                kept = copy.deepcopy(model)

        torch.manual_seed(seed)
        recipe = replace(DENSE, seed=seed)
        trained = fit(resnet18(width=WIDTH), dataset, recipe, after_step=keep_early, name=f"dense {seed}").model
        for model, path in zip((trained, kept), paths, strict=True):
            save_weights(model, path)
    trained, early = (load_weights(resnet18(width=WIDTH), path) for path in paths)
    return trained.eval(), early


def cached(name: str, dataset: Dataset, make: Callable[[], nn.Module]) -> Tensor:
    """Which test images a run's model gets right; from an earlier start of this script if it was finished there."""
    path = CACHE / f"{name}.npy"
    if not path.exists():
        hits = evaluate(make(), Batches(dataset, dataset.test, 500)).correct
        with atomic_write(path) as partial, partial.open("wb") as file:
            np.save(file, hits.numpy(), allow_pickle=False)
        print(f"{name}: {share(hits):.2%}", flush=True)
    return torch.from_numpy(np.load(path, allow_pickle=False))


def share(hits: Tensor) -> float:
    """Accuracy."""
    return float(hits.double().mean())


def difference(better: list[Tensor], other: list[Tensor], groups: Tensor) -> dict[str, object]:
    """Points between two methods over all seeds; the interval resamples handwritten digits, not images."""
    found = accuracy_difference(torch.cat(better), torch.cat(other), groups.repeat(len(SEEDS)))
    by_seed = [100 * (share(a) - share(b)) for a, b in zip(better, other, strict=True)]
    return {
        "points": round(found.points, 3),
        "interval": {"low": found.interval.low, "high": found.interval.high, "confidence": found.interval.level},
        "by_seed": [round(points, 3) for points in by_seed],
        "seeds": len(SEEDS),
        "n": len(groups),
        "groups": found.groups,
    }


if __name__ == "__main__":
    main()
