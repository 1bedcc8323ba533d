"""Fewer bits for weights alone, without training: `python reference/quantization/weights_photographs.py ARCHIVE`.

The shipped ResNet-18 of width 20 is evaluated with its weights rounded to 8 to 2 bits, a scale for each tensor or for
each output channel, by the largest magnitude or by the range of the least squared error; and with three and with two
values. Batch-norm and biases stay in fp32, activations too. ARCHIVE is a class-per-folder copy of CIFAR-10. Beside this
script it writes `weights_photographs.json`: accuracies, and differences from fp32 with intervals paired by image.
About five minutes on one core.
"""

import copy
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from compresslab.cost import prunable_weights
from compresslab.data import Batches, load
from compresslab.evaluation import accuracy_difference
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.identity import fingerprint
from compresslab.models import load_baseline
from compresslab.quantization import (
    LeastLoss,
    binarize,
    fake_quantize,
    per_tensor,
    squared_error,
    symmetric_scale,
    ternarize,
    weight_format,
)
from compresslab.training import evaluate

WIDTH = 20
BITS = (8, 6, 5, 4, 3, 2)
HERE = Path(__file__)
Rounding = Callable[[Tensor], Tensor]


def main() -> None:
    """Evaluate all of them, and write the file."""
    torch.set_num_threads(1)
    baseline = load_baseline(width=WIDTH)
    dataset = load(f"imagefolder:{sys.argv[1]}", title="CIFAR-10 (JPEG copy)")
    test = Batches(dataset, dataset.test, 500)
    whole = evaluate(baseline.model, test).correct
    runs = []
    for name, (bits, rounding) in variants().items():
        right = evaluate(rounded(baseline.model, rounding), test).correct
        found = accuracy_difference(right, whole)
        interval = {"low": found.interval.low, "high": found.interval.high, "confidence": found.interval.level}
        runs.append(
            {
                "scale": name.partition(", ")[0],
                "range": name.split(", ")[1],
                "bits": bits,
                "accuracy": float(right.double().mean()),
                "less_than_fp32": {"points": round(found.points, 3), "interval": interval},
            }
        )
        print(f"{name}: {runs[-1]['accuracy']:.2%}, {found.points:+.2f}", flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "script": fingerprint(HERE.read_bytes()),
            "model": f"resnet18(width={WIDTH}), the shipped baseline",
            "data": {"name": dataset.name, "test_images": len(dataset.test)},
            "seeds": 1,
            "fp32_accuracy": float(whole.double().mean()),
            "runs": runs,
            "machine": machine(threads=1).to_dict(),
        },
    )


def variants() -> dict[str, tuple[float, Rounding]]:
    """Bits of a weight and the rounding, by name: scale, range, bits."""
    found: dict[str, tuple[float, Rounding]] = {}
    for bits in BITS:
        found[f"tensor, largest, {bits}"] = bits, lambda w, bits=bits: by_largest(w, bits, whole=True)
        found[f"channel, largest, {bits}"] = bits, lambda w, bits=bits: by_largest(w, bits, whole=False)
        found[f"channel, least squared error, {bits}"] = bits, lambda w, bits=bits: by_least_error(w, bits)
    found["channel, three values, 1.58"] = 1.58, ternarize
    found["channel, two values, 1"] = 1, binarize
    return found


def by_largest(weight: Tensor, bits: int, *, whole: bool) -> Tensor:
    """Rounded with the largest magnitude, of the whole tensor or of each output channel, on the largest integer."""
    block = per_tensor(weight) if whole else None
    return fake_quantize(weight, symmetric_scale(weight, bits=bits, block_size=block), format=weight_format(bits))


def by_least_error(weight: Tensor, bits: int) -> Tensor:
    """Rounded with the range that costs each output channel the least squared error."""
    rows = []
    for channel in weight:
        estimator = LeastLoss(squared_error, weight_format(bits), symmetric=True)
        estimator.observe(channel)
        largest = max(map(abs, estimator.range()))
        scale = torch.tensor(largest / weight_format(bits).highest)
        rows.append(fake_quantize(channel, scale, format=weight_format(bits)))
    return torch.stack(rows)


def rounded(model: nn.Module, rounding: Rounding) -> nn.Module:
    """A copy whose convolution and linear weights are rounded."""
    copied = copy.deepcopy(model)
    with torch.no_grad():
        for _, weight in prunable_weights(copied):
            weight.copy_(rounding(weight))
    return copied


if __name__ == "__main__":
    main()
