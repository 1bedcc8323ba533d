"""Fewer bits on photographs: `python reference/quantization/bits_photographs.py ARCHIVE`.

The shipped ResNet-18 of width 20 gets from 8 to 2 bits for its weights and the activations between its layers:
rounded to nearest (PTQ), rounded up or down as the outputs want (AdaRound), and trained on with the rounding (QAT,
LSQ), beside a control that is trained on in fp32 for one epoch of the same images and quantized afterwards. Weights
of few bits beside activations of 8 say which of the two costs more. ARCHIVE is a class-per-folder copy of CIFAR-10.
Such archives are sorted by class, so calibration images are drawn at random.

Studied are the bits and the method; nothing was tuned, the learning rate is that of `bits_digits32.py`. One seed: what
another order of the images would change is not in the intervals. Beside this script it writes `bits_photographs.json`:
accuracies with Wilson's intervals, and differences with intervals paired by image. About 20 minutes on one core; what
is finished is kept in the cache folder.
"""

import hashlib
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from compresslab.data import Dataset, load
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import load_baseline, resnet18
from compresslab.quantization import BitWidths, prepare_for_training, quantize_post_training, round_adaptively
from compresslab.recording import accuracy, difference, kept_answers
from compresslab.training import Recipe, fit
from compresslab.weights import load_weights, save_weights

WIDTH = 20
ALIKE = tuple(BitWidths(bits, bits) for bits in (8, 6, 4, 3, 2))
WEIGHTS = (BitWidths(4, 8), BitWidths(3, 8))
ROUNDED = (*WEIGHTS, BitWidths(4, 4), BitWidths(3, 3))  # by AdaRound
STEPS = 400  # of AdaRound, for each layer
IMAGES = {"train": 8_000, "validation": 100, "test": 2_000}  # equally many of each class
TUNE = Recipe(epochs=1, learning_rate=0.01, precision="fp32", seed=100)
CALIBRATION_IMAGES = 256  # of the training images
CACHE = cache_folder() / "bits_photographs"
HERE = Path(__file__)
Settings = dict[str, Any]


def main() -> None:
    """Measure what is not yet measured, and write the file."""
    torch.set_num_threads(1)
    baseline = load_baseline(width=WIDTH)
    dataset = load(f"imagefolder:{sys.argv[1]}", title="CIFAR-10 (JPEG copy)").subset(**IMAGES)
    floating = {
        name: kept_answers(CACHE / f"{name}.npy", dataset, partial(make, dataset))
        for name, make in (("fp32", original), ("fp32 trained on", longer))
    }
    right = {
        (method, bits): kept_answers(
            CACHE / f"{method} W{bits.weights}A{bits.activations}.npy", dataset, partial(make, dataset, bits)
        )
        for method, (make, every) in METHODS.items()
        for bits in every
    }
    pairs = [
        (bits, method, against)
        for against, methods in COMPARED.items()
        for method in methods
        for bits in METHODS[method][1]
        if against in floating or (against, bits) in right
    ]
    groups = dataset.test.groups
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {
                "name": dataset.name,
                "images": {name: len(getattr(dataset, name)) for name in IMAGES},
                "calibration_images": CALIBRATION_IMAGES,
            },
            "model": f"resnet18(width={WIDTH}), the shipped baseline",
            "weights_sha256": baseline.card["sha256"],
            "recipe": {"trained_on": asdict(TUNE)},
            "seeds": 1,
            "fp32": {name: accuracy([hits], groups) for name, hits in floating.items()},
            "runs": [
                {"method": method, "bits": asdict(bits), **accuracy([hits], groups)}
                for (method, bits), hits in right.items()
            ],
            "differences": [
                {"bits": asdict(bits), "method": method, "against": against}
                | difference([right[method, bits]], [floating.get(against, right.get((against, bits)))], groups)
                for bits, method, against in pairs
            ],
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def original(_: Dataset) -> nn.Module:
    """The shipped network."""
    return load_baseline(width=WIDTH).model


def train_on(model: nn.Module, dataset: Dataset, name: str) -> nn.Module:
    """One more epoch on a part of the images."""
    checkpoint = CACHE / f"{name}.checkpoint"
    return fit(model, dataset, TUNE, checkpoint=checkpoint, checkpoint_seconds=20, progress=False).model


def longer(dataset: Dataset) -> nn.Module:
    """The control: the same epoch without any rounding."""
    path = CACHE / "longer.safetensors"
    if not path.exists():
        save_weights(train_on(original(dataset), dataset, "longer"), path)
    return load_weights(resnet18(width=WIDTH), path).eval()


def calibration(dataset: Dataset) -> list[Tensor]:
    """One batch of training images."""
    chosen = torch.randperm(len(dataset.train), generator=torch.Generator().manual_seed(0))[:CALIBRATION_IMAGES]
    return [dataset.normalize(dataset.train.images[chosen])]


def nearest(start: Callable[[Dataset], nn.Module], ranges: Settings, dataset: Dataset, bits: BitWidths) -> nn.Module:
    """Rounded to nearest, a scale for each output channel."""
    return quantize_post_training(start(dataset), calibration(dataset), bits=bits, **ranges)


def aware(scales: str, dataset: Dataset, bits: BitWidths) -> nn.Module:
    """Trained on with the rounding."""
    batches = calibration(dataset)
    prepared = prepare_for_training(original(dataset), batches, bits=bits, ranges="mse", scales=scales)
    return train_on(prepared, dataset, f"{scales} W{bits.weights}A{bits.activations}")


def adaptive(dataset: Dataset, bits: BitWidths) -> nn.Module:
    """Weights rounded up or down, layer by layer, so that the outputs stay."""
    start = nearest(original, CLIPPED_ALL, dataset, bits)
    return round_adaptively(start, original(dataset), calibration(dataset), steps=STEPS)


WHOLE: Settings = {}
CLIPPED: Settings = {"ranges": "mse"}  # of activations only
CLIPPED_ALL: Settings = {"ranges": "mse", "weight_ranges": "mse"}
METHODS: dict[str, tuple[Callable[[Dataset, BitWidths], nn.Module], tuple[BitWidths, ...]]] = {
    "PTQ": (partial(nearest, original, WHOLE), ALIKE + WEIGHTS),
    "PTQ, least error": (partial(nearest, original, CLIPPED), ALIKE + WEIGHTS),
    "PTQ, least error, weights too": (partial(nearest, original, CLIPPED_ALL), ROUNDED),
    "AdaRound": (adaptive, ROUNDED),
    "PTQ, least error, after training on": (partial(nearest, longer, CLIPPED), ALIKE),
    "QAT": (partial(aware, "follow"), ALIKE),
    "LSQ": (partial(aware, "learned"), ALIKE),
}
COMPARED = {  # which methods are compared with it
    "fp32": ("PTQ", "PTQ, least error", "PTQ, least error, weights too", "AdaRound"),
    "PTQ, least error, weights too": ("AdaRound",),
    "fp32 trained on": ("PTQ, least error, after training on", "QAT", "LSQ"),
    "PTQ, least error, after training on": ("QAT", "LSQ"),
    "QAT": ("LSQ",),
}


if __name__ == "__main__":
    main()
