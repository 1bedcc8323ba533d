"""Which shape of student could meet the capstone's goal: `python reference/capstone/shapes.py [--prepare]`.

Nothing is trained. Candidates are exported, quantized to 8 bits and timed by ONNX Runtime beside the baseline's shape,
ResNet-18 of width 64 in fp32: in PyTorch and in ONNX Runtime, one thread, in rounds of all in turn. A quantized
network's time and bytes don't depend on its weights, nor on the images. Candidates are thinner ResNet-18s, some with
late stages narrower than twice the one before; the deeper, thinner shapes of He et al. 2016 for CIFAR-10; and
depthwise ones.

The goal is a file at least 40 times smaller than the baseline's, at least 20 times faster with one image than PyTorch,
and 12 times than ONNX Runtime. What accuracy a shape reaches is not said here.

`--prepare` makes the files alone (a minute or two), so that the timing takes less than two minutes of a machine that
does nothing else. It writes `shapes.json` beside this script.
"""

import argparse
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from measuring import AGAIN, EAGER, RUNTIME, coded_bytes, timed
from torch import nn

from compresslab.benchmark import inference_call
from compresslab.cost import mac_count, parameter_count
from compresslab.deploy import OnnxModel, export_onnx, integer_operators, quantize_static
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import mobilenet, resnet18, scalable_cnn, staged_resnet

GOAL = {"smaller": 40, "times_eager": 20, "times_runtime": 12}
SHAPES: Mapping[str, Callable[[], nn.Module]] = {
    "ResNet-18, width 16": lambda: resnet18(width=16),
    "ResNet-18, width 20": lambda: resnet18(width=20),
    "ResNet-18, width 24": lambda: resnet18(width=24),
    "ResNet-18, widths 16, 32, 64, 96": lambda: staged_resnet(widths=(16, 32, 64, 96), blocks=2),
    "ResNet-18, widths 24, 48, 80, 96": lambda: staged_resnet(widths=(24, 48, 80, 96), blocks=2),
    "ResNet-18, widths 20, 40, 80, 128": lambda: staged_resnet(widths=(20, 40, 80, 128), blocks=2),
    "ResNet-18, widths 16, 40, 96, 128": lambda: staged_resnet(widths=(16, 40, 96, 128), blocks=2),
    "ResNet-18, widths 24, 48, 96, 136": lambda: staged_resnet(widths=(24, 48, 96, 136), blocks=2),
    "ResNet-20": lambda: staged_resnet(),
    "ResNet-20, widths 24, 48, 96": lambda: staged_resnet(widths=(24, 48, 96)),
    "ResNet-20, widths 16, 48, 128": lambda: staged_resnet(widths=(16, 48, 128)),
    "ResNet-32": lambda: staged_resnet(blocks=5),
    "ResNet-56": lambda: staged_resnet(blocks=9),
    "MobileNet, width 16": lambda: mobilenet(width=16),
    "MobileNet, width 24": lambda: mobilenet(width=24),
    "separable, width 2": lambda: scalable_cnn(block="separable", width=2.0),
}
LOADS = {1: 200, 64: 12}  # images a call: rounds
CALIBRATION_IMAGES = 64
CACHE = cache_folder() / "capstone" / "shapes"
HERE = Path(__file__)


def main() -> None:
    """Make the files that are missing; then time all, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prepare", action="store_true", help="make the files, and time nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    reference = network(lambda: resnet18(width=64))
    files = {name: file(name, make) for name, make in SHAPES.items()}
    floating = CACHE / "reference.onnx"
    if not floating.exists():
        export_onnx(reference, torch.zeros(1, 3, 32, 32), floating)
    if options.prepare:
        return
    speed = {}
    for images, rounds in LOADS.items():
        batch = torch.randn(images, 3, 32, 32, generator=torch.Generator().manual_seed(0))
        calls = {EAGER: inference_call(reference, batch)}
        calls |= {name: inference_call(OnnxModel(floating), batch) for name in (RUNTIME, AGAIN)}
        calls |= {name: inference_call(OnnxModel(path), batch) for name, path in files.items()}
        speed[images] = timed(calls, images=images, rounds=rounds, data="noise")
        print(images, speed[images]["doubt"], flush=True)
    shapes = []
    for name, make in SHAPES.items():
        model, path = network(make), files[name]
        convolutions = integer_operators(path).convolutions
        line = speed[1]["calls"][name]
        found = {
            "smaller": round(floating.stat().st_size / path.stat().st_size, 2),
            "times_eager": line["times_eager"]["value"],
            "times_runtime": line["times_runtime"]["value"],
        }
        shapes.append(
            {
                "name": name,
                "parameters": parameter_count(model),
                "macs": mac_count(model, (1, 3, 32, 32)),
                "bytes": path.stat().st_size,
                "coded_bytes": coded_bytes(path),
                "convolutions": {"integer": convolutions.integer, "floating": convolutions.floating},
                **found,
                "meets": [key for key, least in GOAL.items() if found[key] >= least],
            }
        )
        print(f"{name:<36}", found, shapes[-1]["meets"], flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "goal": GOAL,
            "reference": {
                "name": "resnet18(width=64), fp32",
                "parameters": parameter_count(reference),
                "macs": mac_count(reference, (1, 3, 32, 32)),
                "bytes": floating.stat().st_size,
            },
            "weights": "untrained",
            "calibration": f"{CALIBRATION_IMAGES} images of noise",
            "shapes": shapes,
            "speed": {str(images): found for images, found in speed.items()},
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def network(make: Callable[[], nn.Module]) -> nn.Module:
    """Untrained, in evaluation mode."""
    torch.manual_seed(0)
    return make().eval()


def file(name: str, make: Callable[[], nn.Module]) -> Path:
    """A candidate in 8 bits; made once."""
    path = CACHE / f"{name}.onnx"
    if not path.exists():
        floating = export_onnx(network(make), torch.zeros(1, 3, 32, 32), CACHE / f"{name}.fp32.onnx")
        noise = torch.randn(CALIBRATION_IMAGES, 3, 32, 32, generator=torch.Generator().manual_seed(0))
        quantize_static(floating, path, [noise])
        floating.unlink()
        print(f"{name}: {path.stat().st_size:,} bytes", flush=True)
    return path


if __name__ == "__main__":
    main()
