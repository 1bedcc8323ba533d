"""Attacks on an INT8 network through its fake-quantized twin, tried on the ONNX file itself.

    python reference/evaluation/attack_photographs.py ARCHIVE

The shipped ResNet-18 of width 20 is quantized to INT8 after training; `export_qdq` writes the file, and the
fake-quantized model that it was made from is its twin. FGSM and PGD (10 steps, random start) use the twin's
straight-through gradient. Their images, those of PGD on the fp32 network, and as much noise are given to the twin and
to the file, which ONNX Runtime runs in integers. So transfer is measured, twin to file and fp32 to file, and it is
checked that the rounding hides no gradient (`check_gradients`). ARCHIVE is a class-per-folder copy of CIFAR-10. Beside
this script it writes `attack_photographs.json`. About four minutes on one core.
"""

import argparse
import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from compresslab.data import load
from compresslab.deploy import OnnxModel, export_qdq, integer_operators
from compresslab.evaluation import GradientCheck, Normalized, check_gradients, wilson
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import load_baseline
from compresslab.quantization import BitWidths, quantize_post_training

WIDTH, IMAGES, CALIBRATION_IMAGES, STEPS, SEED = 20, 150, 256, 10, 0
EPSILONS = (1, 2)  # levels of 255: at the 8 that trained defences are tested with, an undefended network has 0% left
BATCH = 100
HERE = Path(__file__)


def main() -> None:
    """Attack, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", metavar="ARCHIVE")
    archive = parser.parse_args().archive
    torch.set_num_threads(1)
    dataset = load(f"imagefolder:{archive}", title="CIFAR-10 (JPEG copy)", progress=False)
    random = torch.Generator().manual_seed(SEED)
    chosen = torch.randperm(len(dataset.test), generator=random)[:IMAGES]
    drawn = torch.randperm(len(dataset.train), generator=random)[:CALIBRATION_IMAGES]
    images, labels = dataset.test.images[chosen].float() / 255, dataset.test.labels[chosen]
    shipped = load_baseline(width=WIDTH)
    bits = BitWidths(7, 8) if machine().int8_saturates else BitWidths()
    calibration = dataset.normalize(dataset.train.images[drawn])
    quantized = quantize_post_training(shipped.model, [calibration], bits=bits)
    with tempfile.TemporaryDirectory() as folder:
        path = export_qdq(quantized, calibration[:1], Path(folder, "int8.onnx"))
        operators = integer_operators(path).convolutions
        fp32, twin, file = (
            Normalized(model, shipped.mean, shipped.std).eval() for model in (shipped.model, quantized, OnnxModel(path))
        )
        results = []
        for levels in EPSILONS:
            found = check_gradients(
                twin, images, labels, levels / 255, source=fp32, deployed=in_batches(file), steps=STEPS, seed=SEED
            )
            results.append(described(levels, found))
            print(results[-1], flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": dataset.name,
            "model": f"resnet18(width={WIDTH})",
            "weights_sha256": shipped.card["sha256"],
            "bits": {"weights": bits.weights, "activations": bits.activations},
            "integer_convolutions": operators.integer,
            "floating_convolutions": operators.floating,
            "images": IMAGES,
            "steps": STEPS,
            "seed": SEED,
            "attacks": results,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def in_batches(file: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """The file's answers, without gradients."""

    def answer(images: Tensor) -> Tensor:
        with torch.no_grad():
            return torch.cat([file(part) for part in images.split(BATCH)])

    return answer


def described(levels: int, found: GradientCheck) -> dict[str, object]:
    """Right answers on twin and file under every attack, with intervals."""
    assert found.deployed_right is not None
    return {
        "epsilon_levels": levels,
        "masked": found.masked,
        "signs": list(found.signs),
        "right": {
            attack: {
                "twin": found.right[attack],
                "file": found.deployed_right[attack],
                "file_interval": [round(end, 4) for end in ends(found.deployed_right[attack], found.n)],
            }
            for attack in found.right
        },
        "twin_to_file_transfer": share(found.deployed_right, found.right, "pgd"),
    }


def share(file: Mapping[str, int], twin: Mapping[str, int], attack: str) -> float:
    """Of the right answers that the attack takes from the twin, how many it takes from the file."""
    return round((file["clean"] - file[attack]) / (twin["clean"] - twin[attack]), 4)


def ends(correct: int, n: int) -> tuple[float, float]:
    """Of an accuracy."""
    interval = wilson(correct, n)
    return interval.low, interval.high


if __name__ == "__main__":
    main()
