"""Bits against accuracy, with and without training: `python reference/quantization/bits_digits32.py`.

A ResNet-18 of width 8 is trained on digits32 and quantized to several widths of weights and activations: without
training (post-training, ranges of the smallest and largest value); with training, the scales following the ranges
(QAT); and with training, the scales learned (LSQ). Beside them stands an fp32 control: the same network, trained on for
as many epochs with the same recipe. Beside this script it writes `bits_digits32.json`: each run's test accuracy, and
differences in intervals paired by image and clustered by handwritten digit. About half an hour on one core; what is
finished is kept in the cache folder, so that a killed script goes on where it stopped.
"""

import copy
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import torch
from torch import nn

from compresslab.data import Batches, Dataset, load
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.identity import fingerprint
from compresslab.models import resnet18
from compresslab.quantization import BitWidths, prepare_for_training, quantize_post_training
from compresslab.training import Recipe, fit
from compresslab.weights import load_weights, save_weights

HERE = Path(__file__)
sys.path.append(str(HERE.parents[1] / "pruning"))
from paired import cached, difference, share  # noqa: E402  beside the other scripts that pair their runs

SEEDS = (0, 1, 2)
TRAIN_IMAGES = 6000
WIDTH = 8
WIDTHS = ((8, 8), (4, 8), (3, 8), (2, 8), (4, 4), (3, 3), (2, 2))  # bits of weights, of activations
DENSE = Recipe(epochs=10, learning_rate=0.1, precision="fp32", channels_last=False)
TUNED = replace(DENSE, epochs=3, learning_rate=0.01)  # QAT, LSQ and the control alike; chosen beforehand, not searched
CALIBRATION = 8  # batches of 128
CACHE = cache_folder() / "bits_digits32"


def main() -> None:
    """Train what is not yet trained, and write the file."""
    torch.set_num_threads(1)
    dataset = load("digits32").subset(train=TRAIN_IMAGES)
    right = {
        (method, weights, activations, seed): cached(path(method, weights, activations, seed), dataset, make)
        for seed in SEEDS
        for (method, weights, activations), make in runs(dataset, seed).items()
    }
    pairs = [
        (one, other, bits)
        for bits in WIDTHS
        for one, other in (("PTQ", "fp32"), ("QAT", "control"), ("LSQ", "control"), ("QAT", "PTQ"), ("LSQ", "QAT"))
    ]
    write_json(
        HERE.with_suffix(".json"),
        {
            "script": fingerprint(HERE.read_bytes()),
            "model": f"resnet18(width={WIDTH})",
            "data": {"name": dataset.name, "test_images": len(dataset.test)},
            "recipe": {"dense": asdict(DENSE), "tuned": asdict(TUNED), "calibration_images": 128 * CALIBRATION},
            "runs": [
                {"method": method, "weights": w, "activations": a, "seed": seed, "accuracy": round(share(hits), 4)}
                for (method, w, a, seed), hits in right.items()
            ],
            "differences": [
                {"method": one, "against": other, "weights": bits[0], "activations": bits[1]}
                | difference(*(of(right, method, bits) for method in (one, other)), dataset.test.groups)
                for one, other, bits in pairs
            ],
            "machine": machine(threads=1).to_dict(),
        },
    )


def of(right: dict[tuple[str, int, int, int], torch.Tensor], method: str, bits: tuple[int, int]) -> list[torch.Tensor]:
    """The test answers of a method's seeds; the two networks in fp32 have one width."""
    return [right[(method, *((32, 32) if method in ("fp32", "control") else bits), seed)] for seed in SEEDS]


def runs(dataset: Dataset, seed: int) -> dict[tuple[str, int, int], Callable[[], nn.Module]]:
    """What makes each run's model, by method and bits."""
    recipe = replace(TUNED, seed=seed + 1)

    def dense() -> nn.Module:
        torch.manual_seed(seed)
        kept = CACHE / f"dense-{seed}.safetensors"
        model = resnet18(width=WIDTH)
        if not kept.exists():
            save_weights(fit(model, dataset, replace(DENSE, seed=seed), progress=False).model, kept)
        load_weights(model, kept)
        return model.eval()

    def calibration() -> list[torch.Tensor]:
        batches = Batches(dataset, dataset.train, 128, shuffle=True, seed=seed)
        return [batch.images for batch, _ in zip(batches, range(CALIBRATION), strict=False)]

    def tuned(model: nn.Module) -> nn.Module:
        return fit(model, dataset, recipe, progress=False).model

    def quantized(method: str, bits: BitWidths) -> nn.Module:
        if method == "PTQ":
            return quantize_post_training(dense(), calibration(), bits=bits)
        scales = "learned" if method == "LSQ" else "follow"
        return tuned(prepare_for_training(dense(), calibration(), bits=bits, scales=scales))

    found: dict[tuple[str, int, int], Callable[[], nn.Module]] = {
        ("fp32", 32, 32): dense,
        ("control", 32, 32): lambda: tuned(copy.deepcopy(dense())),
    }
    for weights, activations in WIDTHS:
        for method in ("PTQ", "QAT", "LSQ"):
            bits = BitWidths(weights=weights, activations=activations)
            found[method, weights, activations] = partial(quantized, method, bits)
    return found


def path(method: str, weights: int, activations: int, seed: int) -> Path:
    """Where a run's test answers are kept."""
    return CACHE / f"{method}-{weights}-{activations}-{seed}.npy"


if __name__ == "__main__":
    main()
