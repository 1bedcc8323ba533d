"""What is said of every file to ship, ours or a peer's: answers, bytes, operators, memory and time."""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from compresslab.benchmark import Benchmark, interleave, peak_memory
from compresslab.benchmark.onnx_files import onnx_call
from compresslab.coding import save_coded
from compresslab.cost import gzip_bytes
from compresslab.data import Batches, Dataset
from compresslab.deploy import integer_operators
from compresslab.evaluation import accuracy_difference, accuracy_interval, churn
from compresslab.files import atomic_write
from compresslab.onnx_file import load_onnx
from compresslab.recording import ends
from compresslab.training import evaluate

EAGER, RUNTIME, AGAIN = "PyTorch eager fp32", "ONNX Runtime fp32", "ONNX Runtime fp32, again"


def kept_logits(path: Path, model: Callable[[Tensor], Tensor], dataset: Dataset, split: str) -> Tensor:
    """A model's logits for a split, (n, classes) in its order; from an earlier start if they are there."""
    if not path.exists():
        logits = evaluate(model, Batches(dataset, getattr(dataset, split), 250)).logits
        with atomic_write(path) as partial_path, partial_path.open("wb") as file:
            np.save(file, logits.numpy(), allow_pickle=False)
    return torch.from_numpy(np.load(path, allow_pickle=False))


def compared(logits: Tensor, baseline: Tensor, dataset: Dataset) -> dict[str, Any]:
    """Test accuracy with its interval, points against the baseline paired by image, and what changed."""
    labels, groups = dataset.test.labels, dataset.test.groups
    right, was = logits.argmax(1) == labels, baseline.argmax(1) == labels
    lost = accuracy_difference(right, was, groups)
    changed = churn(baseline, logits, labels)
    return {
        "accuracy": round(float(right.double().mean()), 6),
        "interval": ends(accuracy_interval(right, groups), 6),
        "points_against_baseline": {"points": round(lost.points, 3), "interval": ends(lost.interval, 3)},
        "churn": asdict(changed) | {"rate": round(changed.rate, 6)},
    }


def file_figures(path: Path) -> dict[str, Any]:
    """Bytes of an ONNX file, as it is and coded, and which of its convolutions ONNX Runtime runs in integers here."""
    convolutions = integer_operators(path).convolutions
    return {
        "bytes": path.stat().st_size,
        "gzip_bytes": gzip_bytes(path),
        "coded_bytes": coded_bytes(path),
        "convolutions": {"integer": convolutions.integer, "floating": convolutions.floating},
        "sha256": digest(path),
    }


class _Tensors(nn.Module):
    """The stored tensors of an ONNX file, as buffers."""

    def __init__(self, tensors: Mapping[str, np.ndarray]) -> None:
        super().__init__()
        for number, values in enumerate(tensors.values()):
            self.register_buffer(f"t{number}", torch.from_numpy(values.copy()))


def coded_bytes(path: Path) -> int:
    """Bytes after entropy coding: the tensors of a file by Huffman codes (`save_coded`), the rest by zlib.

    From both together the ONNX file could be made again, bit for bit but for the order of its fields.
    """
    model = load_onnx(path)
    tensors = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    for each in model.graph.initializer:
        each.ClearField("raw_data")
    with TemporaryDirectory() as folder:
        coded = save_coded(_Tensors(tensors), Path(folder, "tensors"))
    return coded + len(zlib.compress(model.SerializeToString(), 9))


def memory_figures(path: Path, shape: tuple[int, ...]) -> dict[str, int]:
    """Peak memory of a file in ONNX Runtime, with one image a call, in a process of its own."""
    name = load_onnx(path).graph.input[0].name
    found = peak_memory(partial(onnx_call, str(path), {name: np.zeros(shape, np.float32)}))
    return {"loading_bytes": found.loading_bytes, "running_bytes": found.running_bytes or 0}


def timed(calls: Mapping[str, Callable[[], object]], *, images: int, rounds: int, data: str) -> dict[str, Any]:
    """All calls in turn on one thread: milliseconds an image, and ratios to both references with their intervals.

    The ratios are of elapsed time; a call that is the same as a reference says how far two equal things are apart.
    """
    found = interleave(calls, rounds=rounds, warmup=5, images_per_call=images, seed=0, data=data)
    return {
        "images_per_call": images,
        "rounds": rounds,
        "clock": "wall",
        "doubt": found.doubt(AGAIN, RUNTIME) if AGAIN in calls else found.doubt(),
        "calls": {name: _line(found, name, images) for name in calls},
    }


def _line(found: Benchmark, name: str, images: int) -> dict[str, Any]:
    timing = found.timings[name]
    line: dict[str, Any] = {
        "ms_per_image_p50": round(timing.latency_ms(50) / images, 4),
        "ms_per_image_p95": round(timing.latency_ms(95) / images, 4),
        "cpu_ms_per_image_p50": round(float(np.median(timing.cpu_ns)) / 1e6 / images, 4),
    }
    for key, reference in (("times_eager", EAGER), ("times_runtime", RUNTIME)):
        if reference in found.timings:
            ratio = found.ratio(name, reference)
            line[key] = {"value": round(ratio.value, 3)} | ends(ratio.interval, 3)
    return line


def batch_of(dataset: Dataset, images: int) -> Tensor:
    """Test images, (images, C, H, W), to run something on whose answers don't count."""
    return dataset.normalize(dataset.test.images[:images])


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
