"""What pruning, distilling and quantizing are worth together: `python reference/pipeline/combinations.py`.

The network of `setup.py` is pruned, distilled and quantized: each alone, two and all three in a row, always in 6 epochs
together. Pruning is unstructured in half of the rows, and cuts channels in the others; without it, *distil* trains the
whole network on its own answers. The control is trained on, for as long, without anything else. What counts is the
file that would ship: its accuracy is measured by ONNX Runtime, and so are its bytes and its time.

Studied is which techniques are combined. Nothing is tuned: one recipe serves every stage, its epochs divided.
Beside this script it writes `combinations.json`: test accuracies, differences from the control and of each combination
from its parts, in intervals paired by image and clustered by handwritten digit; the files; and what
`python reference/pipeline/combinations.py --speed` has measured: time against the original's fp32 file in ONNX Runtime,
one thread, in rounds of all files in turn. It is CPU time, since the machine was busy with other work; the original's
file, run a second time, says how far two equal ones are apart. About 15 minutes on one core without what `orders.py`
has left in the cache, and 2 for the speed; what is finished is kept there.
"""

import hashlib
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from orders import named, run
from setup import (
    CACHE,
    EPOCHS,
    EXAMPLE,
    SEEDS,
    accuracy,
    answers,
    data,
    difference,
    ends,
    export,
    original,
    recipe,
    settings,
)
from torch import nn

from compresslab.benchmark import inference_call, interleave
from compresslab.cost import gzip_bytes, mac_count, sparsity
from compresslab.deploy import OnnxModel, integer_operators
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.training import fit

ALONE = (("quantize",), ("prune",), ("distil",))
TOGETHER = (
    ("prune", "quantize"),
    ("distil", "quantize"),
    ("prune", "distil"),
    ("prune", "distil", "quantize"),
)
ROWS = tuple(
    (pruning, stages)
    for pruning in ("unstructured", "channels")
    for stages in ALONE + TOGETHER
    if "prune" in stages or pruning == "unstructured"
)
BATCHES = {"1 image": (1, 300), "64 images": (64, 40)}  # images a call, rounds
SPEED = CACHE / "speed.json"
HERE = Path(__file__)


def main() -> None:
    """Run what has not yet been run, and write the file."""
    torch.set_num_threads(1)
    dataset, _ = data()
    right = {row: [shipped_answers(*row, seed) for seed in SEEDS] for row in ROWS}
    floating = {
        name: [answers(CACHE / f"{name} {seed}.npy", dataset, partial(make, seed)) for seed in SEEDS]
        for name, make in (("original", first), ("trained on", control))
    }
    groups = dataset.test.groups
    speed = json.loads(SPEED.read_text(encoding="utf-8"))
    write_json(
        HERE.with_suffix(".json"),
        {
            **settings(dataset),
            "floating": {name: accuracy(hits, groups) for name, hits in floating.items()},
            "runs": [
                {"pruning": pruning, "stages": list(stages), **accuracy(hits, groups), **file(pruning, stages)}
                for (pruning, stages), hits in right.items()
            ],
            "files": {"original": described(first(SEEDS[0]), onnx("original"))},
            "differences": [
                {"pruning": pruning, "stages": list(stages), "against": against} | difference(hits, others, groups)
                for (pruning, stages), hits in right.items()
                for against, others in (
                    ("original", floating["original"]),
                    ("trained on", floating["trained on"]),
                    *((list(row[1]), right[row]) for row in parts(pruning, stages)),
                )
            ],
            "speed": speed,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def parts(pruning: str, stages: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """The rows of one technique less."""
    less = [tuple(kind for kind in stages if kind != out) for out in stages] if len(stages) > 1 else []
    return [(pruning if "prune" in each else "unstructured", each) for each in less]


def shipped_answers(pruning: str, stages: tuple[str, ...], seed: int) -> torch.Tensor:
    """Which test images the file gets right, as ONNX Runtime runs it."""
    dataset, _ = data()
    name = named(pruning, stages, EPOCHS)

    def make() -> nn.Module:
        return OnnxModel(export(run(pruning, stages, seed), onnx(f"{name} {seed}")))  # type: ignore[return-value]

    return answers(CACHE / f"file of {name} {seed}.npy", dataset, make)


def onnx(name: str) -> Path:
    """A file to ship, in the cache."""
    return CACHE / "files" / f"{name}.onnx"


def file(pruning: str, stages: tuple[str, ...]) -> dict[str, Any]:
    """What the file of the first seed holds; those of the others differ in their values alone."""
    name = named(pruning, stages, EPOCHS)
    return {"file": described(run(pruning, stages, SEEDS[0]), onnx(f"{name} {SEEDS[0]}"))}


def described(model: nn.Module, path: Path) -> dict[str, Any]:
    """Bytes of the file, as it is and compressed, and what the network in it computes."""
    if not path.exists():
        export(model, path)
    return {
        "onnx_bytes": path.stat().st_size,
        "onnx_gzip_bytes": gzip_bytes(path),
        "macs": mac_count(model, EXAMPLE.shape),
        "zero_share": round(sparsity(model).weights, 6),
        "convolutions_in_integers": integer_operators(path).convolutions.integer,
    }


def first(seed: int) -> nn.Module:
    """The network that all begin with."""
    return original(data()[0], seed)


def control(seed: int) -> nn.Module:
    """The same epochs on the same images, and nothing else."""
    return fit(first(seed), data()[1], recipe(EPOCHS, seed), progress=False).model


def measure_speed() -> None:
    """Time the files of the first seed beside the original's, which runs twice as a control."""
    torch.set_num_threads(1)
    described(first(SEEDS[0]), onnx("original"))  # exports it
    calls = {"original": onnx("original"), "original again": onnx("original")}
    calls |= {named(*row, EPOCHS): onnx(f"{named(*row, EPOCHS)} {SEEDS[0]}") for row in ROWS}
    found = {}
    for load, (images, rounds) in BATCHES.items():
        batch = torch.randn(images, *EXAMPLE.shape[1:], generator=torch.Generator().manual_seed(0))
        running = {name: inference_call(OnnxModel(path), batch) for name, path in calls.items()}
        benchmark = interleave(running, rounds=rounds, warmup=10, images_per_call=images, seed=0)
        found[load] = {}
        for name in calls:
            ratio = benchmark.ratio(name, "original", clock="cpu")
            found[load][name] = {
                "cpu_ms_p50": round(float(np.median(benchmark.timings[name].cpu_ns)) / 1e6, 4),
                "speedup": {"value": round(ratio.value, 3)} | ends(ratio.interval, 3),
            }
            print(load, name, found[load][name], flush=True)
    write_json(
        SPEED, {"clock": "cpu", "rounds": {load: rounds for load, (_, rounds) in BATCHES.items()}, "loads": found}
    )


if __name__ == "__main__":
    measure_speed() if "--speed" in sys.argv else main()
