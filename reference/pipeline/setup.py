"""What the scripts of this folder share, so that their rows can be compared: data, networks, epochs, measures.

An eighth-width ResNet-18, trained on digits32, is compressed in several ways, each of `EPOCHS` epochs on the same
images after that training: 6 for one technique alone, 3 each for two in a row, 2 each for three, 6 for those that are
done jointly, and 6 for the control that is only trained on. The teacher is always the trained, uncompressed network.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from compresslab.cost import gzip_bytes, mac_count, parameter_count, prunable_weights
from compresslab.data import Batches, Dataset, load
from compresslab.deploy import OnnxModel, export_onnx, export_qdq
from compresslab.evaluation import Interval, accuracy_difference, accuracy_interval
from compresslab.files import atomic_write, cache_folder
from compresslab.models import resnet18
from compresslab.quantization import BitWidths, QuantizedLayer
from compresslab.training import Recipe, evaluate, fit
from compresslab.weights import load_weights, save_weights

SEEDS = (0, 1, 2)
WIDTH = 8
ORIGINAL = Recipe(epochs=8, learning_rate=0.1)  # on all 12,000 training images
EPOCHS = 6  # of every way to compress, all its stages together
TUNE_IMAGES = 2400  # a fifth of them, so that a stage takes seconds
# One recipe for every stage and every joint training; its epochs are the stage's share of EPOCHS. In fp32: bfloat16
# would round once more what is rounded already.
TUNE = Recipe(epochs=EPOCHS, batch_size=64, learning_rate=0.02, precision="fp32")
SPARSITY = 0.9  # share of the weights of convolutions and the linear layer that are zero
RATIO = 0.5  # share of the channels that go
BITS = BitWidths(weights=4, activations=8)
TEMPERATURE, ALPHA = 4.0, 0.9  # of the distillation loss
CALIBRATION_IMAGES = 256  # drawn from the training images
# Validation is only looked at. Half the test images still show 448 of the 450 digits that the test set has.
SIZES = {"validation": 500, "test": 2000}
EXAMPLE = torch.zeros(1, 3, 32, 32)
CACHE = cache_folder() / "pipeline"


def data() -> tuple[Dataset, Dataset]:
    """All images, which the original is trained and every model tested on, and the part that compression sees."""
    dataset = load("digits32").subset(**SIZES)
    return dataset, dataset.subset(train=TUNE_IMAGES)


def original(dataset: Dataset, seed: int) -> nn.Module:
    """The trained network of a seed: what is compressed, and the teacher. From the cache if it was trained before."""
    path = CACHE / f"original {seed}.safetensors"
    if not path.exists():
        torch.manual_seed(seed)
        recipe, checkpoint = replace(ORIGINAL, seed=seed), CACHE / f"original {seed}.checkpoint"
        model = fit(resnet18(width=WIDTH), dataset, recipe, checkpoint=checkpoint, progress=False).model
        save_weights(model, path)
    return load_weights(resnet18(width=WIDTH), path).eval()


def recipe(epochs: int, seed: int, stage: int = 1) -> Recipe:
    """Of the stage of that number, counted from 1: each goes through the images in another order."""
    return replace(TUNE, epochs=epochs, seed=100 * stage + seed)


def calibration(dataset: Dataset, seed: int) -> list[Tensor]:
    """One batch of training images, normalised."""
    chosen = torch.randperm(len(dataset.train), generator=torch.Generator().manual_seed(seed))[:CALIBRATION_IMAGES]
    return [dataset.normalize(dataset.train.images[chosen])]


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


def export(model: nn.Module, path: Path) -> Path:
    """The ONNX file to ship: in integers where the model is quantized, else in fp32."""
    quantized = any(isinstance(module, QuantizedLayer) for module in model.modules())
    return (export_qdq if quantized else export_onnx)(model, EXAMPLE, path)


def shipped(model: nn.Module, dataset: Dataset) -> dict[str, Any]:
    """What the file of a model is worth: its bytes, its accuracy as ONNX Runtime runs it, and what is in it.

    Returns:
        "onnx_bytes" and "onnx_gzip_bytes" of the file; "onnx_accuracy" on the test images; "parameters"; "zero_share"
        of the weights of convolution and linear layers.
    """
    weights = [weight for _, weight in prunable_weights(model)]
    with TemporaryDirectory() as folder:
        path = export(model, Path(folder, "model.onnx"))
        found = evaluate(OnnxModel(path), Batches(dataset, dataset.test, 500))
        return {
            "onnx_bytes": path.stat().st_size,
            "onnx_gzip_bytes": gzip_bytes(path),
            "onnx_accuracy": round(found.accuracy, 6),
            "parameters": parameter_count(model),
            "zero_share": round(sum(int((w == 0).sum()) for w in weights) / sum(w.numel() for w in weights), 6),
        }


def settings(dataset: Dataset) -> Mapping[str, Any]:
    """What every record of this folder says of how it was made."""
    return {
        "data": {
            "name": dataset.name,
            "images": {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
            "compressed_on_images": TUNE_IMAGES,
            "calibration_images": CALIBRATION_IMAGES,
        },
        "model": f"resnet18(width={WIDTH})",
        "macs": mac_count(resnet18(width=WIDTH), EXAMPLE.shape),
        "epochs": EPOCHS,
        "learning_rate": TUNE.learning_rate,
        "sparsity": SPARSITY,
        "channels_removed": RATIO,
        "bits": {"weights": BITS.weights, "activations": BITS.activations},
        "distillation": {"temperature": TEMPERATURE, "alpha": ALPHA},
        "seeds": list(SEEDS),
    }
