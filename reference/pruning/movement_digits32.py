"""Movement against magnitude in fine-tuning to a new task: `python reference/pruning/movement_digits32.py`.

A tiny vision transformer learns the digits 0 to 4 of digits32, gets a new classifier, and is fine-tuned on 5 to 9 while
it is pruned on a cubic schedule: by magnitude, or by movement. Beside this script it writes `movement_digits32.json`:
each run's test accuracy, and the differences in intervals paired by image and clustered by handwritten digit. All of
it twice, with a gentle and with a fast learning rate, because the answer depends on it. About 20 minutes on one core; a
run that is finished is kept in the cache folder, so a killed script goes on where it stopped.
"""

import copy
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import torch
from paired import cached, difference, share
from torch import nn

from compresslab.data import Dataset, Split, load
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import tiny_vit
from compresslab.pipeline import load_weights, save_weights
from compresslab.pruning import advance, gradual_magnitude, make_permanent, movement_pruning
from compresslab.training import Recipe, fit

SEEDS = (0, 1, 2)
SPARSITIES = {"gentle": (0.9, 0.95), "fast": (0.9, 0.97)}
PRETRAIN = Recipe(
    epochs=40, batch_size=64, learning_rate=2e-3, optimizer="adamw", weight_decay=0.01, precision="fp32",
    channels_last=False,
)  # fmt: skip
FINETUNE = replace(PRETRAIN, epochs=15)
RATES = {"gentle": 3e-4, "fast": 1e-3}  # peak; AdamW, so that movement's scores move by about as much a step
SCOPES = {"gentle": "layer", "fast": "global"}  # the better one for both criteria, on the validation split of seed 0
CLIMB_START, CLIMB = 0.3, 0.4  # shares of the steps: wait, so that scores gather; then prune; then recover
EVERY = 5  # steps between two prunings
HEAD = "fc.weight"  # the new classifier stays whole
METHODS = {"magnitude": gradual_magnitude, "movement": movement_pruning}
CACHE = cache_folder() / "movement_digits32"
HERE = Path(__file__).parent


def main() -> None:
    """Measure what is not yet measured, and write the file."""
    whole = load("digits32")
    old, new = classes(whole, range(5)), classes(whole, range(5, 10))
    dense = {
        (speed, seed): cached(CACHE / f"{speed}-dense-{seed}.npy", new, partial(finetuned, old, new, speed, seed))
        for seed in SEEDS
        for speed in RATES
    }
    right = {
        (speed, method, sparsity, seed): cached(
            CACHE / f"{speed}-{method}-{sparsity}-{seed}.npy",
            new,
            partial(pruned, old, new, speed, method, sparsity, seed),
        )
        for seed in SEEDS
        for speed in RATES
        for sparsity in SPARSITIES[speed]
        for method in METHODS
    }

    def results(speed: str) -> dict[str, object]:
        return {
            "learning_rate": RATES[speed],
            "scope": SCOPES[speed],
            "dense": [{"seed": seed, "accuracy": share(dense[speed, seed])} for seed in SEEDS],
            "runs": [
                {"method": method, "sparsity": sparsity, "seed": seed, "accuracy": share(hits)}
                for (found, method, sparsity, seed), hits in right.items()
                if found == speed
            ],
            "differences": [
                {
                    "sparsity": sparsity,
                    "method": "movement",
                    "against": "magnitude",
                    **difference(
                        [right[speed, "movement", sparsity, seed] for seed in SEEDS],
                        [right[speed, "magnitude", sparsity, seed] for seed in SEEDS],
                        new.test.groups,
                    ),
                }
                for sparsity in SPARSITIES[speed]
            ],
        }

    write_json(
        HERE / "movement_digits32.json",
        {
            "data": {
                "name": f"{whole.name}, from classes 0-4 to 5-9",
                "images": {name: len(getattr(new, name)) for name in ("train", "validation", "test")},
            },
            "model": "tiny_vit(image_size=32, patch=8, dim=64, depth=2, heads=4)",
            "recipe": {
                "pretrain": asdict(PRETRAIN),
                "finetune": asdict(FINETUNE) | {"learning_rate": RATES},
                "climb": {"start": CLIMB_START, "length": CLIMB, "every_steps": EVERY},
            },
            **results("gentle"),
            "fast": results("fast"),
            "machine": machine().to_dict(),
        },
    )


def classes(dataset: Dataset, labels: range) -> Dataset:
    """The images of some classes, labelled from 0."""

    def chosen(split: Split) -> Split:
        part = split.select(torch.isin(split.labels, torch.tensor(labels)))
        return replace(part, labels=part.labels - labels.start)

    splits = {name: chosen(getattr(dataset, name)) for name in ("train", "validation", "test")}
    return replace(dataset, classes=dataset.classes[labels.start : labels.stop], **splits)


def pretrained(old: Dataset, seed: int) -> nn.Module:
    """A network that knows the old classes, under a new classifier."""
    torch.manual_seed(seed)
    model = tiny_vit(channels=3, image_size=32, patch=8, dim=64, depth=2, heads=4, classes=5)
    path = CACHE / f"pretrained-{seed}.safetensors"
    if not path.exists():
        save_weights(fit(model, old, replace(PRETRAIN, seed=seed), name=f"old digits, seed {seed}").model, path)
    model = copy.deepcopy(load_weights(model, path))
    torch.manual_seed(1000 + seed)
    model.fc = nn.Linear(64, 5)
    return model


def finetuned(old: Dataset, new: Dataset, speed: str, seed: int) -> nn.Module:
    """The same fine-tuning without pruning."""
    return fit(pretrained(old, seed), new, recipe(speed, seed)).model


def pruned(old: Dataset, new: Dataset, speed: str, method: str, sparsity: float, seed: int) -> nn.Module:
    """Fine-tuned and pruned at once."""
    steps = FINETUNE.epochs * (len(new.train) // FINETUNE.batch_size)
    prepared = METHODS[method](
        pretrained(old, seed),
        start=round(CLIMB_START * steps),
        steps=round(CLIMB * steps),
        every=EVERY,
        final=sparsity,
        scope=SCOPES[speed],
        protect=[HEAD],
    )
    return make_permanent(fit(prepared, new, recipe(speed, seed), after_step=advance).model)


def recipe(speed: str, seed: int) -> Recipe:
    """Fine-tuning, in another order of the data than the pre-training."""
    return replace(FINETUNE, learning_rate=RATES[speed], seed=100 + seed)


if __name__ == "__main__":
    main()
