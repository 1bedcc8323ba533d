"""The integer-only reference beside ONNX Runtime: `python reference/quantization/integers_photographs.py ARCHIVE`.

The shipped ResNet-18 of width 20 in 8 bits, from 256 training images. All test images go through three things that
should say the same: the fake-quantized model in PyTorch, our own integers, written out to be read, and ONNX Runtime on
the QDQ file. Beside this script it writes `integers_photographs.json`: on how many images the first choice is the same.
ARCHIVE is a class-per-folder copy of CIFAR-10. About four minutes on one core.
"""

import hashlib
import sys
import tempfile
from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import torch

from compresslab.data import load
from compresslab.deploy import OnnxModel, export_qdq, integer_operators
from compresslab.evaluation import wilson
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import load_baseline
from compresslab.quantization import integer_logits, quantize_post_training

WIDTH = 20
CALIBRATION_IMAGES = 256
BATCH = 250
HERE = Path(__file__)


def main() -> None:
    """Quantize, export, answer three times, count."""
    torch.set_num_threads(1)
    baseline = load_baseline(width=WIDTH)
    dataset = load(f"imagefolder:{sys.argv[1]}", title="CIFAR-10 (JPEG copy)")
    chosen = torch.randperm(len(dataset.train), generator=torch.Generator().manual_seed(0))[:CALIBRATION_IMAGES]
    quantized = quantize_post_training(baseline.model, [dataset.normalize(dataset.train.images[chosen])])
    choices: dict[str, list[torch.Tensor]] = {"fp32": [], "fake quantization": [], "integers": [], "ONNX Runtime": []}
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        path = export_qdq(quantized, dataset.normalize(dataset.test.images[:1]), Path(folder) / "int8.onnx")
        engine, operators = OnnxModel(path), integer_operators(path)
        for start in range(0, len(dataset.test), BATCH):
            images = dataset.normalize(dataset.test.images[start : start + BATCH])
            answers = (baseline.model(images), quantized(images), integer_logits(quantized, images), engine(images))
            for name, logits in zip(choices, answers, strict=True):
                choices[name].append(logits.argmax(1))
    n = len(dataset.test)
    whole = {name: torch.cat(each) for name, each in choices.items()}
    same = {f"{a}, {b}": int((whole[a] == whole[b]).sum()) for a, b in combinations(whole, 2)}
    right = {name: int((each == dataset.test.labels).sum()) for name, each in whole.items()}

    def counted(count: int) -> dict[str, object]:
        ends = wilson(count, n)
        interval = {"low": round(ends.low, 5), "high": round(ends.high, 5), "confidence": ends.level}
        return {"images": count, "share": count / n, "interval": interval}

    write_json(
        HERE.with_suffix(".json"),
        {
            "data": {"name": dataset.name, "images": {"test": n}, "calibration_images": CALIBRATION_IMAGES},
            "model": f"resnet18(width={WIDTH}), the shipped baseline",
            "weights_sha256": baseline.card["sha256"],
            "bits": {"weights": 8, "activations": 8},
            "integer_operators": asdict(operators),
            "right": {name: counted(count) for name, count in right.items()},
            "same_first_choice": {pair: counted(count) for pair, count in same.items()},
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


if __name__ == "__main__":
    main()
