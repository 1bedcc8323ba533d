"""Pruned or small from the start, coarse or fine first? `python reference/pruning/structured_training.py`, 5 minutes.

The network and the task of chapter 03, ResNet-18 at a quarter of its width on digits drawn twice as large, with its
recipe and ten seeds. Half of every group's channels are removed, by their norm or at random, and what is left is
trained on. The same small network is also trained from random weights, for as many epochs in all, and for as many MACs
in all (Liu et al. 2019, "Rethinking the Value of Network Pruning", their Scratch-E and Scratch-B). And half of the
blocks, 30% of the channels and 80% of the single weights are taken away, in this order and the other way round, with
the same training after each step.

Beside this script it writes `structured_training.json`: each run's test accuracy, MACs and non-zero weights, and
differences in intervals that resample the images, for all seeds together. Finished runs are kept in the cache folder.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path

import torch
from torch import nn

from compresslab.cost import mac_count, prunable_weights
from compresslab.data import Dataset, load
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.pipeline import load_weights, save_weights
from compresslab.pruning import keep_masked, masks_of_zeros, prune_global_magnitude
from compresslab.pruning.structured import drop_residual_blocks, l2, prune_structured, random
from compresslab.recording import difference, kept_answers, share
from compresslab.training import Recipe, fit

SEEDS = tuple(range(10))
WIDTH, RATIO = 16, 0.5
DENSE = Recipe(epochs=6, batch_size=32, learning_rate=0.05, precision="fp32")
TUNE_EPOCHS, TUNE_RATE = 2, 0.02
BLOCKS, CHANNELS, WEIGHTS = ("layer1.1", "layer2.1", "layer3.1", "layer4.1"), 0.3, 0.8
new_resnet = partial(resnet18, channels=1)
COMPARED = (
    ("pruned", "uncut"),
    ("pruned", "pruned at random"),
    ("pruned", "from scratch, equal epochs"),
    ("pruned", "from scratch, equal MACs"),
    ("coarse first", "fine first"),
)
EXAMPLE = torch.zeros(1, 1, 16, 16)
CACHE = cache_folder() / "structured_training"
HERE = Path(__file__).parent


def enlarged(data: Dataset) -> Dataset:
    """The same images, each pixel drawn as 2 x 2."""
    parts = {name: getattr(data, name) for name in ("train", "validation", "test")}
    larger = {
        name: replace(part, images=part.images.repeat_interleave(2, 2).repeat_interleave(2, 3))
        for name, part in parts.items()
    }
    return replace(data, name=f"{data.name}, enlarged twice", **larger)


DATASET = enlarged(load("digits"))


def main() -> None:
    """Train what is not yet trained, and write the file."""
    right = {
        (arm, seed): kept_answers(CACHE / f"{arm}-{seed}.npy", DATASET, partial(kept, arm, seed))
        for seed in SEEDS
        for arm in ARMS
    }
    write_json(
        HERE / "structured_training.json",
        {
            "data": {"name": DATASET.name, "images": {n: len(getattr(DATASET, n)) for n in ("train", "test")}},
            "model": f"resnet18(width={WIDTH}, channels=1)",
            "recipe": asdict(DENSE) | {"tune_epochs": TUNE_EPOCHS, "tune_rate": TUNE_RATE},
            "cuts": {"ratio": RATIO, "blocks": BLOCKS, "channels": CHANNELS, "weights": WEIGHTS},
            "epochs_of_equal_macs": epochs_of_equal_macs(),
            "seeds": SEEDS,
            "arms": {
                arm: {
                    "accuracy": [round(share(right[arm, seed]), 4) for seed in SEEDS],
                    **size(torch.load(CACHE / f"{arm}-0.pt", weights_only=False)),
                }
                for arm in ARMS
            },
            "differences": [
                {"arm": one, "against": other}
                | difference(
                    [right[one, seed] for seed in SEEDS], [right[other, seed] for seed in SEEDS], DATASET.test.groups
                )
                for one, other in COMPARED
            ],
            "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            "machine": machine(1).to_dict(),
        },
    )


def kept(arm: str, seed: int) -> nn.Module:
    """An arm's network, left in the cache folder besides."""
    torch.manual_seed(seed)
    model = ARMS[arm](seed)
    torch.save(model, CACHE / f"{arm}-{seed}.pt")
    return model


@cache
def trained(seed: int) -> nn.Module:
    """The large network, from an earlier start of the script if it was finished there."""
    file = CACHE / f"trained-{seed}.safetensors"
    torch.manual_seed(seed)
    model = new_resnet(width=WIDTH)
    if file.exists():
        load_weights(model, file)
        return model
    model = fit(model, DATASET, replace(DENSE, seed=seed), progress=False).model
    file.parent.mkdir(parents=True, exist_ok=True)
    save_weights(model, file)
    return model


def tuned(model: nn.Module, seed: int) -> nn.Module:
    """Trained on after a cut; what is zero in all of a mask's places stays zero."""
    recipe = replace(DENSE, epochs=TUNE_EPOCHS, learning_rate=TUNE_RATE, seed=100 + seed)
    return fit(model, DATASET, recipe, after_step=keep_masked(masks_of_zeros(model)), progress=False).model


def from_scratch(epochs: int, seed: int) -> nn.Module:
    """The network that RATIO leaves, from random weights."""
    torch.manual_seed(1000 + seed)
    model = new_resnet(width=round(WIDTH * (1 - RATIO)))
    return fit(model, DATASET, replace(DENSE, epochs=epochs, seed=seed), progress=False).model


def epochs_of_equal_macs() -> int:
    """As much arithmetic as training the large network and then tuning the small one."""
    large, small = (mac_count(new_resnet(width=width), EXAMPLE.shape) for width in (WIDTH, round(WIDTH * (1 - RATIO))))
    return round(DENSE.epochs * large / small) + TUNE_EPOCHS


def in_steps(steps: tuple[Callable[[nn.Module], nn.Module], ...], seed: int) -> nn.Module:
    """Each step followed by the same training."""
    model = trained(seed)
    for step in steps:
        model = tuned(step(model), seed)
    return model


def size(model: nn.Module) -> dict[str, int]:
    """MACs of dense kernels, and what a sparse file would have to hold."""
    weights = [weight for _, weight in prunable_weights(model)]
    return {"macs": mac_count(model, EXAMPLE.shape), "nonzero_weights": sum(int((w != 0).sum()) for w in weights)}


def without_blocks(model: nn.Module) -> nn.Module:
    """Coarse."""
    return drop_residual_blocks(model, list(BLOCKS))


def without_channels(model: nn.Module) -> nn.Module:
    """In between."""
    return prune_structured(model, EXAMPLE, ratio=CHANNELS, importance=l2)


def without_weights(model: nn.Module) -> nn.Module:
    """Fine."""
    return prune_global_magnitude(model, sparsity=WEIGHTS)


COARSE_FIRST = (without_blocks, without_channels, without_weights)
ARMS: dict[str, Callable[[int], nn.Module]] = {
    "uncut": lambda seed: tuned(trained(seed), seed),
    "pruned": lambda seed: tuned(prune_structured(trained(seed), EXAMPLE, ratio=RATIO, importance=l2), seed),
    "pruned at random": lambda seed: tuned(
        prune_structured(trained(seed), EXAMPLE, ratio=RATIO, importance=partial(random, seed=seed)), seed
    ),
    "from scratch, equal epochs": partial(from_scratch, DENSE.epochs + TUNE_EPOCHS),
    "from scratch, equal MACs": lambda seed: from_scratch(epochs_of_equal_macs(), seed),
    "coarse first": partial(in_steps, COARSE_FIRST),
    "fine first": partial(in_steps, COARSE_FIRST[::-1]),
}


if __name__ == "__main__":
    main()
