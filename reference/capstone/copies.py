"""What the shipped network reaches on other copies of its photographs: `python reference/capstone/copies.py ARCHIVE`.

It was trained on a copy of CIFAR-10 as JPEG of quality 75. Here 2,000 test images are compressed once more, at several
qualities, or scaled up and back down, as copies that circulate have been; the answers are compared with those to the
images as they are, image by image. That tells how sensitive the network is to such a step. The original images, which
were never compressed, can't be had back from this copy: what the network reaches on those isn't measured here.

Writes `copies.json` beside this script. About three minutes on one core. ARCHIVE is a class-per-folder copy of
CIFAR-10.
"""

import hashlib
import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from measuring import compared
from PIL import Image
from torch import Tensor

from compresslab.data import Batches, Dataset, load
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import load_baseline
from compresslab.training import evaluate

IMAGES = 2000
HERE = Path(__file__)


def recompressed(quality: int, subsampling: int) -> Callable[[Image.Image], Image.Image]:
    """As JPEG, and back. Subsampling 0 keeps all colours, 2 a quarter of them."""

    def change(image: Image.Image) -> Image.Image:
        file = io.BytesIO()
        image.save(file, "jpeg", quality=quality, subsampling=subsampling)
        return Image.open(file).convert("RGB")

    return change


def rescaled(factor: float, method: Image.Resampling) -> Callable[[Image.Image], Image.Image]:
    """To `factor` times the size, and back."""

    def change(image: Image.Image) -> Image.Image:
        size = (round(image.width * factor), round(image.height * factor))
        return image.resize(size, method).resize(image.size, method)

    return change


COPIES: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG, quality 95, all colours": recompressed(95, 0),
    "JPEG, quality 90": recompressed(90, 2),
    "JPEG, quality 75": recompressed(75, 2),
    "JPEG, quality 50": recompressed(50, 2),
    "twice the size and back, bilinear": rescaled(2, Image.Resampling.BILINEAR),
    "twice the size and back, bicubic": rescaled(2, Image.Resampling.BICUBIC),
    "seven times the size (224 pixels) and back, bilinear": rescaled(7, Image.Resampling.BILINEAR),
    "half the size and back, bilinear": rescaled(0.5, Image.Resampling.BILINEAR),
}


def main() -> None:
    """Ask the network about every copy, and write the file."""
    torch.set_num_threads(1)
    dataset = load(f"imagefolder:{sys.argv[1]}", title="CIFAR-10 (JPEG copy)").subset(test=IMAGES)
    baseline = load_baseline(width=64)
    before = logits(dataset, baseline.model)
    rows = []
    for name, change in COPIES.items():
        copied = replace(dataset, test=replace(dataset.test, images=changed(dataset.test.images, change)))
        rows.append({"copy": name, **compared(logits(copied, baseline.model), before, dataset)})
        print(name, rows[-1]["accuracy"], rows[-1]["points_against_baseline"]["points"], flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {"name": dataset.name, "images": {"test": len(dataset.test)}},
            "network": "resnet18(width=64), the shipped baseline",
            "as_it_is": compared(before, before, dataset),
            "copies": rows,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def logits(dataset: Dataset, model: torch.nn.Module) -> Tensor:
    """Of the test images."""
    return evaluate(model, Batches(dataset, dataset.test, 250)).logits


def changed(images: Tensor, change: Callable[[Image.Image], Image.Image]) -> Tensor:
    """Each image of (n, 3, H, W) uint8, changed."""
    pictures = (change(Image.fromarray(each.permute(1, 2, 0).numpy())) for each in images)
    return torch.stack([torch.from_numpy(np.asarray(each).copy()).permute(2, 0, 1) for each in pictures])


if __name__ == "__main__":
    main()
