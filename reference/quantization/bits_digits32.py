"""Fewer bits, rounded afterwards or trained for: `python reference/quantization/bits_digits32.py`.

An eighth-width ResNet-18 is trained on digits32. Then its weights and the activations between its layers get from 8 to
2 bits, in three ways: post-training quantization (PTQ), quantization-aware training whose ranges follow the values
(QAT), and the same with learned scales (LSQ). Training with the rounding is training on, too. So a control is trained
on in fp32 for as many epochs on the same images, and quantized afterwards as well: what QAT gains over that is due to
the rounding that it has seen.

Studied are the bits and the method. The learning rate of the training on was chosen on the validation images of
another seed (100), out of two, for QAT, LSQ and control alike. Activations' ranges begin as those of the least squared
error, which was best there; PTQ is also reported with whole ranges, and is compared in its better form.
Beside this script it writes `bits_digits32.json`: accuracies, and differences in intervals paired by image and
clustered by handwritten digit. About 15 minutes on one core; what is finished is kept in the cache folder, so a killed
script goes on where it stopped.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from compresslab.data import Dataset, load
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.quantization import BitWidths, prepare_for_training, quantize_post_training
from compresslab.recording import accuracy, difference, kept_answers
from compresslab.training import Recipe, fit
from compresslab.weights import load_weights, save_weights

SEEDS = (0, 1, 2)
WIDTH = 8
ALIKE = tuple(BitWidths(bits, bits) for bits in (8, 6, 4, 3, 2))
DENSE = Recipe(epochs=8, learning_rate=0.1)  # on all 12,000 images
TUNE_IMAGES = 4000  # a third, so that a method takes seconds; the control sees the same
# Validation is only looked at. Half the test images still show 448 of the 450 digits that the test set has.
SIZES = {"validation": 500, "test": 2000}
# In fp32: bf16 would round once more what is rounded already.
TUNE = Recipe(epochs=3, learning_rate=0.01, precision="fp32")
CALIBRATION_IMAGES = 256  # drawn from the training images
COMPARED = (
    ("PTQ", "fp32"),
    ("PTQ, least error", "fp32"),
    ("PTQ, least error, after training on", "fp32 trained on"),
    ("QAT", "fp32 trained on"),
    ("LSQ", "fp32 trained on"),
    ("QAT", "PTQ, least error, after training on"),
    ("LSQ", "PTQ, least error, after training on"),
    ("LSQ", "QAT"),
)
CACHE = cache_folder() / "bits_digits32"
HERE = Path(__file__)


def main() -> None:
    """Measure what is not yet measured, and write the file."""
    torch.set_num_threads(1)
    dataset = load("digits32").subset(**SIZES)
    right = {
        (method, bits): [
            kept_answers(CACHE / f"{method} {label(bits)} {seed}.npy", dataset, partial(make, dataset, bits, seed))
            for seed in SEEDS
        ]
        for bits in ALIKE
        for method, (make, every) in METHODS.items()
        if bits in every
    }
    floating = {
        name: [kept_answers(CACHE / f"{name} {seed}.npy", dataset, partial(make, dataset, seed)) for seed in SEEDS]
        for name, make in (("fp32", trained), ("fp32 trained on", longer))
    }
    groups = dataset.test.groups
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {
                "name": dataset.name,
                "images": {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
                "trained_on_images": TUNE_IMAGES,
                "calibration_images": CALIBRATION_IMAGES,
            },
            "model": f"resnet18(width={WIDTH})",
            "recipe": {"dense": asdict(DENSE), "trained_on": asdict(TUNE)},
            "seeds": list(SEEDS),
            "fp32": {name: accuracy(hits, groups) for name, hits in floating.items()},
            "runs": [
                {"method": method, "bits": asdict(bits), **accuracy(hits, groups)}
                for (method, bits), hits in right.items()
            ],
            "differences": [
                {"bits": asdict(bits), "method": method, "against": against}
                | difference(right[method, bits], floating.get(against) or right[against, bits], groups)
                for bits in ALIKE
                for method, against in COMPARED
                if (method, bits) in right
            ],
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def label(bits: BitWidths) -> str:
    """As the field writes it."""
    return f"W{bits.weights}A{bits.activations}"


def kept(path: Path, make: Callable[[], nn.Module]) -> nn.Module:
    """A network in fp32 that is trained once."""
    if not path.exists():
        save_weights(make(), path)
    return load_weights(resnet18(width=WIDTH), path).eval()


def trained(dataset: Dataset, seed: int) -> nn.Module:
    """The network that all methods start from."""

    def train() -> nn.Module:
        torch.manual_seed(seed)
        recipe, checkpoint = replace(DENSE, seed=seed), CACHE / f"dense {seed}.checkpoint"
        return fit(resnet18(width=WIDTH), dataset, recipe, checkpoint=checkpoint, progress=False).model

    return kept(CACHE / f"dense {seed}.safetensors", train)


def train_on(model: nn.Module, dataset: Dataset, seed: int) -> nn.Module:
    """A few more epochs on a part of the images."""
    part = dataset.subset(train=TUNE_IMAGES)
    return fit(model, part, replace(TUNE, seed=100 + seed), progress=False).model


def longer(dataset: Dataset, seed: int) -> nn.Module:
    """The control: the same epochs without any rounding."""
    return kept(CACHE / f"longer {seed}.safetensors", lambda: train_on(trained(dataset, seed), dataset, seed))


def calibration(dataset: Dataset, seed: int) -> list[Tensor]:
    """One batch of training images."""
    chosen = torch.randperm(len(dataset.train), generator=torch.Generator().manual_seed(seed))[:CALIBRATION_IMAGES]
    return [dataset.normalize(dataset.train.images[chosen])]


def rounded(start: Callable[[Dataset, int], nn.Module], dataset: Dataset, bits: BitWidths, seed: int) -> nn.Module:
    """Ranges from the smallest to the largest value."""
    return quantize_post_training(start(dataset, seed), calibration(dataset, seed), bits=bits)


def clipped(start: Callable[[Dataset, int], nn.Module], dataset: Dataset, bits: BitWidths, seed: int) -> nn.Module:
    """Ranges of activations that cost the least squared error; those of weights whole."""
    return quantize_post_training(start(dataset, seed), calibration(dataset, seed), bits=bits, ranges="mse")


def aware(scales: str, dataset: Dataset, bits: BitWidths, seed: int) -> nn.Module:
    """Trained with the rounding."""
    batches = calibration(dataset, seed)
    prepared = prepare_for_training(trained(dataset, seed), batches, bits=bits, ranges="mse", scales=scales)
    return train_on(prepared, dataset, seed)


METHODS: dict[str, tuple[Callable[[Dataset, BitWidths, int], nn.Module], tuple[BitWidths, ...]]] = {
    "PTQ": (partial(rounded, trained), ALIKE),
    "PTQ, least error": (partial(clipped, trained), ALIKE),
    "PTQ, least error, after training on": (partial(clipped, longer), ALIKE),
    "QAT": (partial(aware, "follow"), ALIKE),
    "LSQ": (partial(aware, "learned"), ALIKE),
}


if __name__ == "__main__":
    main()
