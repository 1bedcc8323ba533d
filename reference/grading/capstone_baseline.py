"""The file that digits32's capstones are measured against: `python reference/grading/capstone_baseline.py`.

A quarter-width ResNet-18, trained for ten epochs, exported in fp32. Beside this script it writes
`capstone_baseline.onnx`, and `capstone_baseline.json`, which says how good it is. Some five minutes on one core.
"""

import hashlib
from dataclasses import asdict
from pathlib import Path

import torch

from compresslab.data import Batches, load
from compresslab.deploy import OnnxModel, export_onnx
from compresslab.evaluation import accuracy_interval
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.training import Recipe, evaluate, fit

WIDTH = 16
RECIPE = Recipe(epochs=10, learning_rate=0.1, precision="fp32")
HERE = Path(__file__)


def main() -> None:
    """Train, export and test."""
    torch.set_num_threads(1)
    torch.manual_seed(RECIPE.seed)
    dataset = load("digits32")
    trained = fit(resnet18(width=WIDTH), dataset, RECIPE, progress=False)
    example = torch.zeros(1, 3, dataset.image_size, dataset.image_size)
    path = export_onnx(trained.model, example, HERE.with_suffix(".onnx"), notes={"data": dataset.name})
    right = evaluate(OnnxModel(path), Batches(dataset, dataset.test, 250)).correct
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": dataset.name,
            "model": f"resnet18(width={WIDTH})",
            "recipe": asdict(RECIPE),
            "test_accuracy": round(float(right.double().mean()), 6),
            "test_interval": asdict(accuracy_interval(right, dataset.test.groups)),
            "size_bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(1).to_dict(),
        },
    )


if __name__ == "__main__":
    main()
