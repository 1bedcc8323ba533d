"""One-shot, iterative, tickets, controls: what is a mask worth? `python reference/pruning/iterative_digits32.py`.

A quarter-width ResNet-18 is trained on digits32, pruned to several sparsities, and trained again, by every method for
the same number of epochs; so is a dense control. The ticket is the mask on the network's own weights from early in its
training. Its controls have the mask and other weights: random ones, the same rescaled for the density of each layer
(Evci et al. 2022), and its own in other places of each layer; the last two at the lower sparsity only, to save time.

Beside this script it writes `iterative_digits32.json`: each run's test accuracy, and the differences between methods in
intervals paired by image and clustered by handwritten digit. About 40 minutes on one core; a run that is
finished is kept in the cache folder, so a killed script goes on where it stopped.
"""

import copy
import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import torch
from torch import nn

from compresslab.data import Dataset, load
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.pipeline import load_weights, save_weights
from compresslab.pruning import (
    Masks,
    apply_masks,
    global_magnitude_masks,
    keep_masked,
    prune_iteratively,
    rescale_for_density,
    shuffle_kept,
)
from compresslab.recording import difference, kept_answers, share
from compresslab.training import Recipe, fit

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

Control = Callable[[nn.Module, Masks], nn.Module]
"""What is put under the mask: a network's weights as they are, rescaled, or shuffled."""


def main() -> None:
    """Measure what is not yet measured, and write the file."""
    dataset = load("digits32").subset(train=TRAIN_IMAGES)
    right = {
        (method, sparsity, seed): kept_answers(
            CACHE / f"{method}-{sparsity}-{seed}.npy",
            dataset,
            partial(METHODS[method], dataset, sparsity, seed),
        )
        for method, sparsity in RUNS
        for seed in SEEDS
    }
    before = {
        seed: kept_answers(CACHE / f"dense-{seed}.npy", dataset, partial(trained, dataset, seed)) for seed in SEEDS
    }
    dense = {
        seed: kept_answers(CACHE / f"longer-{seed}.npy", dataset, partial(longer, dataset, seed)) for seed in SEEDS
    }
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
            "dense_before": [{"seed": seed, "accuracy": share(hits)} for seed, hits in before.items()],
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
            ]
            + [
                {"sparsity": sparsity, "method": method, "against": against}
                | difference(
                    [right[method, sparsity, seed] for seed in SEEDS],
                    [reference[seed] for seed in SEEDS],
                    dataset.test.groups,
                )
                for sparsity in SPARSITIES
                for method in ("one-shot", "iterative")
                for against, reference in (("dense before", before), ("dense trained on", dense))
            ],
            "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
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


def rewound(dataset: Dataset, sparsity: float, seed: int, control: Control = apply_masks) -> nn.Module:
    """The trained network's mask on its own early weights (Frankle et al. 2020)."""
    _, early = dense_and_early(dataset, seed)
    return under_the_mask(early, dataset, sparsity, seed, control)


def random(dataset: Dataset, sparsity: float, seed: int, control: Control = apply_masks) -> nn.Module:
    """The control of the hypothesis: the same mask on fresh weights."""
    return under_the_mask(initial(1000 + seed), dataset, sparsity, seed, control)


def shuffled(model: nn.Module, masks: Masks) -> nn.Module:
    """The weights that stay, in other places of their layers."""
    return shuffle_kept(model, masks, seed=0)


METHODS: dict[str, Callable[[Dataset, float, int], nn.Module]] = {
    "one-shot": one_shot,
    "iterative": iterative,
    "rewound": rewound,
    "random": random,
    "random, rescaled": partial(random, control=rescale_for_density),
    "rewound, shuffled": partial(rewound, control=shuffled),
}
RUNS = [(method, sparsity) for sparsity in SPARSITIES for method in list(METHODS)[:4]]
RUNS += [(method, SPARSITIES[0]) for method in list(METHODS)[4:]]


def initial(seed: int) -> nn.Module:
    """A network before any training."""
    torch.manual_seed(seed)
    return resnet18(width=WIDTH)


def under_the_mask(start: nn.Module, dataset: Dataset, sparsity: float, seed: int, control: Control) -> nn.Module:
    """A network that has never been cut, or not trained to the end, trained under the trained network's mask."""
    dense, _ = dense_and_early(dataset, seed)
    masks = global_magnitude_masks(dense, sparsity=sparsity)
    return train(control(start, masks), dataset, masks, DENSE.learning_rate, RETRAIN_EPOCHS, seed)


def train(model: nn.Module, dataset: Dataset, masks: Masks, rate: float, epochs: int, seed: int) -> nn.Module:
    """Train under masks; another order of the data than the dense training's."""
    recipe = replace(DENSE, epochs=epochs, learning_rate=rate, seed=100 + seed)
    return fit(model, dataset, recipe, after_step=keep_masked(masks), name=f"seed {seed}", progress=False).model


def trained(dataset: Dataset, seed: int) -> nn.Module:
    """The dense network that all methods start from."""
    return dense_and_early(dataset, seed)[0]


def longer(dataset: Dataset, seed: int) -> nn.Module:
    """The dense network, trained on for as long as the pruned ones."""
    return train(trained(dataset, seed), dataset, {}, FINETUNE_RATE, RETRAIN_EPOCHS, seed)


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

        recipe = replace(DENSE, seed=seed)
        trained = fit(initial(seed), dataset, recipe, after_step=keep_early, name=f"dense {seed}", progress=False).model
        for model, path in zip((trained, kept), paths, strict=True):
            save_weights(model, path)
    trained, early = (load_weights(resnet18(width=WIDTH), path) for path in paths)
    return trained.eval(), early


if __name__ == "__main__":
    main()
