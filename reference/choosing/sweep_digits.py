"""All small CNNs of a grid on `digits`: `python reference/choosing/sweep_digits.py` writes sweep_digits.json beside it.

300 configurations, width x sparsity x bits x distilled or not, each from `SEEDS` starts: `small_cnn` is trained, pruned
globally by magnitude, trained on under its masks, and its weights rounded to integers with a scale for each output
channel. All train for as many epochs, unpruned ones too; distilled ones learn from one teacher of twice the largest
width in both phases. Nothing was tuned, for any of them.

Of each run the file keeps the bytes of a file that the model can be loaded from again (integers without their zeros,
gzipped, scales and batch-norm in fp32), its MACs, and which of the validation and test images it gets right. No image
of either was used in training, nor to choose an epoch. So the two may be shuffled and split anew, as the chapter does.

Takes about four minutes on one core. It goes on where it was killed.
"""

import base64
import copy
import functools
import hashlib
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from compresslab import quantization
from compresslab.cost import mac_count, prunable_weights
from compresslab.data import Batches, load
from compresslab.distillation import distillation_objective
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import small_cnn
from compresslab.pruning import apply_masks, global_magnitude_masks, keep_masked
from compresslab.search import Configuration, sweep
from compresslab.training import Recipe, evaluate, fit
from compresslab.weights import save_compressed

SPACE = {
    "width": [3, 4, 6, 8, 12, 16],
    "sparsity": [0.0, 0.5, 0.7, 0.8, 0.9],
    "bits": [32, 8, 4, 3, 2],
    "distilled": [False, True],
}
SEEDS = (0, 1, 2)
RECIPE = Recipe(epochs=10, learning_rate=0.1, precision="fp32", channels_last=False)
AFTER_PRUNING = Recipe(epochs=5, learning_rate=0.05, precision="fp32", channels_last=False)
TEACHER_WIDTH = 32
CACHE = cache_folder() / "sweep_digits"
HERE = Path(__file__)

dataset = load("digits")
validation, test = (Batches(dataset, split, 512) for split in (dataset.validation, dataset.test))


def main() -> None:
    """Try all, and write the file."""
    torch.set_num_threads(1)
    study = sweep(run_all_seeds, SPACE, {"bytes": "min", "accuracy": "max"}, sampler="grid", folder=CACHE)
    lines = [line(trial.configuration) for trial in study.trials if not trial.failed]
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {
                "name": dataset.name,
                "images": {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
            },
            "model": "small_cnn",
            "space": SPACE,
            "seeds": list(SEEDS),
            "recipe": asdict(RECIPE),
            "after_pruning": {"epochs": AFTER_PRUNING.epochs, "learning_rate": AFTER_PRUNING.learning_rate},
            "teacher": {
                "width": TEACHER_WIDTH,
                "validation": evaluate(teacher(), validation).accuracy,
                "test": evaluate(teacher(), test).accuracy,
            },
            "failed": [trial.configuration | {"error": trial.error} for trial in study.trials if trial.failed],
            "right": "by seed, base64 of bits: validation images in the data set's order, then test images",
            "configurations": lines,
            "seconds": round(sum(trial.seconds for trial in study.trials)),
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def run_all_seeds(configuration: Configuration) -> dict[str, float]:
    """The objective of the sweep: means over the seeds. What is right where is kept beside the study."""
    of_seeds = [run(seed=seed, **configuration) for seed in SEEDS]
    rights = np.stack([right for _, right in of_seeds])
    sizes = [size for size, _ in of_seeds]
    kept = {"bytes": sizes, "right": [base64.b64encode(np.packbits(right)).decode() for right in rights]}
    write_json(CACHE / (name(configuration) + ".json"), kept)
    return {"bytes": float(np.mean(sizes)), "accuracy": float(rights[:, : len(dataset.validation)].mean())}


def run(*, width: int, sparsity: float, bits: int, distilled: bool, seed: int) -> tuple[int, np.ndarray]:
    """Bytes of the file, and which images are right, validation first."""
    model, size = rounded(pruned(width, distilled, seed, sparsity), bits)
    return size, torch.cat([evaluate(model, split).correct for split in (validation, test)]).numpy()


@functools.cache
def teacher() -> nn.Module:
    """One for all."""
    torch.manual_seed(100)
    return fit(small_cnn(width=TEACHER_WIDTH), dataset, RECIPE, progress=False).model


@functools.lru_cache(maxsize=2 * len(SEEDS))
def dense(width: int, distilled: bool, seed: int) -> nn.Module:
    """Trained, before pruning."""
    torch.manual_seed(seed)
    return trained(small_cnn(width=width), RECIPE, distilled, seed)


@functools.lru_cache(maxsize=2 * len(SEEDS))
def pruned(width: int, distilled: bool, seed: int, sparsity: float) -> nn.Module:
    """Pruned, and trained on under its masks."""
    model = dense(width, distilled, seed)
    masks = global_magnitude_masks(model, sparsity=sparsity)
    return trained(apply_masks(model, masks), AFTER_PRUNING, distilled, seed, keep_masked(masks))


def trained(model: nn.Module, recipe: Recipe, distilled: bool, seed: int, after_step: Any = None) -> nn.Module:
    """On labels, or from the teacher."""
    objective = distillation_objective(teacher()) if distilled else None
    recipe = Recipe(**{**asdict(recipe), "seed": seed})
    return fit(model, dataset, recipe, objective=objective, after_step=after_step, progress=False).model


def rounded(model: nn.Module, bits: int) -> tuple[nn.Module, int]:
    """The model with weights of so many bits, and the bytes of its file."""
    model, stored = copy.deepcopy(model), Stored()
    for key, weight in prunable_weights(model) if bits < 32 else ():
        scale = quantization.symmetric_scale(weight.detach(), bits=bits)
        integers = quantization.quantize(weight.detach(), scale, format=quantization.weight_format(bits))
        weight.data.copy_(quantization.dequantize(integers, scale))
        stored.add(f"{key}.integers", integers)
        stored.add(f"{key}.scale", scale)
    for key, value in model.state_dict().items():
        if f"{key}.integers" not in stored.names and not key.endswith("num_batches_tracked"):
            stored.add(key, value)
    with tempfile.TemporaryDirectory() as folder:
        return model, save_compressed(stored, f"{folder}/model.gz")


class Stored(nn.Module):
    """What a file holds, under names that a buffer may have."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def add(self, name: str, value: Tensor) -> None:
        self.names.add(name)
        self.register_buffer(name.replace(".", "_"), value.detach().clone())


def line(configuration: Configuration) -> dict[str, Any]:
    """A configuration in the file."""
    kept = json.loads((CACHE / (name(configuration) + ".json")).read_text())
    macs = mac_count(small_cnn(width=configuration["width"]), (1, dataset.channels, 8, 8))
    return configuration | {"macs": macs} | kept


def name(configuration: Configuration) -> str:
    """Of a file."""
    return "-".join(str(value) for value in configuration.values())


if __name__ == "__main__":
    main()
