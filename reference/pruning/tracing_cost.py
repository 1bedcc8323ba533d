"""Cost of structured removal against Torch-Pruning: `python reference/pruning/tracing_cost.py [NETWORK ...]`.

Each library takes 15 torchvision networks at 224 pixels from the whole model to one that lost 30% of every group:
trace, score, choose, remove. (On ShuffleNetV2 the peer fails.) The importance is the same, the L2 norm of the rows of
all layers that produce a channel, and so is what stays: the layers that make the output. Ours ends by running the
result and the silenced model, and leaves the model as it was. The peer changes its model in place, so it gets a copy,
made within the call; `torch-pruning, in place` is the same without the copy: its time is that of the call less that of
copying, which is timed by itself.

- Time: calls of each, interleaved on one thread in one process, after a warm-up: in the first call, PyTorch imports
  modules and fills caches. The ratio is the median over rounds of our time by theirs, with a 95% bootstrap interval.
- Memory: each call in a forked process of its own, which builds the network, resets the kernel's high-water mark of its
  resident memory and calls. The result, which lives when the call ends, is part of the peak. Medians over processes.

It needs the extra `peers` in an environment of its own, and Linux. Alone on the machine it takes some 5 minutes; with
names of networks it measures these and keeps what this script recorded of the others. Beside
this script it writes `tracing_cost.json`.
"""

import copy
import ctypes
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch_pruning as tp
import torchvision
from torch import Tensor, nn

from compresslab.benchmark import interleave
from compresslab.cost import parameter_count
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.pruning.structured import prune_structured

NETWORKS = (
    "resnet18",
    "resnet50",
    "vgg11",
    "vgg16_bn",
    "densenet121",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "efficientnet_b0",
    "mnasnet1_0",
    "regnet_y_400mf",
    "alexnet",
    "squeezenet1_1",
    "googlenet",
    "convnext_tiny",
)
RATIO = 0.3
SHAPE = (1, 3, 224, 224)
ROUNDS = 9
WARMUP = 2
PROCESSES = 5  # for each peak of memory
SEED = 0
HERE = Path(__file__).parent
MMAP_THRESHOLD = -3  # the number of glibc's parameter M_MMAP_THRESHOLD
allocator = ctypes.CDLL(None)


def main() -> None:
    """Measure the networks that are named, or all, and write the file after each."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    path = HERE / "tracing_cost.json"
    stored = json.loads(path.read_text()) if path.exists() else {}
    results = stored["networks"] if stored.get("script_sha256") == script_digest() else {}
    for name in sys.argv[1:] or NETWORKS:
        results[name] = {**times(name), **memory(name)}
        print(name, results[name], flush=True)
        write_json(path, report({each: results[each] for each in NETWORKS if each in results}))


def report(results: dict[str, Any]) -> dict[str, Any]:
    """The file: medians over networks first."""
    peers = ("torch-pruning", "torch-pruning, in place")
    return {
        "what": "30% of the channels of every group: time and peak memory of compresslab, by those of Torch-Pruning",
        "data": "none: random weights and random images",
        "n": len(results),
        "rounds": ROUNDS,
        "warmup": WARMUP,
        "processes": PROCESSES,
        "seed": SEED,
        "ratio": RATIO,
        "input_shape": SHAPE,
        "script_sha256": script_digest(),
        "revision": subprocess.run(
            ["git", "-C", str(HERE), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip(),
        "versions": {name: version(name) for name in ("torch", "torchvision", "torch-pruning")},
        "machine": machine(threads=1).to_dict(),
        "median_over_networks": {
            kind: {peer: statistics.median(each[kind][peer]["ratio"] for each in results.values()) for peer in peers}
            for kind in ("time", "memory")
        },
        "networks": results,
    }


def script_digest() -> str:
    """Of this file, by which a result belongs to the script that made it."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def times(name: str) -> dict[str, Any]:
    """Seconds of a call of each, and ratios by round."""
    model, example = build(name)
    benchmark = interleave(
        {
            "compresslab": lambda: ours(model, example),
            "torch-pruning": lambda: peer(copy.deepcopy(model), example),
            "copy": lambda: copy.deepcopy(model),
        },
        rounds=ROUNDS,
        warmup=WARMUP,
        threads=1,
        seed=SEED,
    )
    seconds = {each: np.array(timing.wall_ns) / 1e9 for each, timing in benchmark.timings.items()}
    seconds["torch-pruning, in place"] = seconds["torch-pruning"] - seconds.pop("copy")
    return {
        "parameters": parameter_count(model),
        "seconds": {each: float(np.median(values)) for each, values in seconds.items()},
        "time": {
            each: with_interval(seconds["compresslab"] / seconds[each]) for each in seconds if each != "compresslab"
        },
    }


def with_interval(ratios: np.ndarray) -> dict[str, Any]:
    """The median, and a 95% bootstrap interval over rounds."""
    picks = np.random.default_rng(SEED).integers(len(ratios), size=(2_000, len(ratios)))
    return {
        "ratio": float(np.median(ratios)),
        "interval": np.quantile(np.median(ratios[picks], axis=1), [0.025, 0.975]).tolist(),
    }


def memory(name: str) -> dict[str, Any]:
    """Peak of resident memory over that of the model, in MB, and ratios of the medians."""
    calls: dict[str, Callable[[nn.Module, Tensor], object]] = {
        "compresslab": ours,
        "torch-pruning": lambda model, example: peer(copy.deepcopy(model), example),
        "torch-pruning, in place": peer,
    }
    small = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 4, 3)).eval()
    for call in calls.values():
        call(copy.deepcopy(small), torch.randn(1, 3, 8, 8))  # what is imported on the first call isn't counted
    peaks: dict[str, list[float]] = {each: [] for each in calls}
    for _ in range(PROCESSES):
        for each, call in calls.items():
            peaks[each].append(peak(name, call))
    ratios = {
        each: [own / other for own, other in zip(peaks["compresslab"], peaks[each], strict=True)]
        for each in calls
        if each != "compresslab"
    }
    return {
        "peak_mb": {each: statistics.median(values) for each, values in peaks.items()},
        "memory": {each: with_interval(np.array(values)) for each, values in ratios.items()},
    }


def peak(name: str, call: Callable[[nn.Module, Tensor], object]) -> float:
    """Highest resident memory during a call, in a process of its own, less what was there before, in MB."""
    with tempfile.NamedTemporaryFile() as file:
        process = os.fork()
        if not process:
            allocator.mallopt(
                MMAP_THRESHOLD, 2**16
            )  # what is freed is given back, and so counted when it is taken anew
            model, example = build(name)
            allocator.malloc_trim(0)
            Path("/proc/self/clear_refs").write_text("5")  # the high-water mark is now what is resident
            before = status("VmRSS")
            result = call(model, example)
            Path(file.name).write_text(str((status("VmHWM") - before) / 1e3))
            del result
            os._exit(0)
        os.waitpid(process, 0)
        return float(Path(file.name).read_text())


def status(field: str) -> int:
    """A figure of this process that the kernel keeps, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def ours(model: nn.Module, example: Tensor) -> nn.Module:
    """compresslab, with its default importance."""
    return prune_structured(model, example, ratio=RATIO)


def peer(model: nn.Module, example: Tensor) -> nn.Module:
    """Torch-Pruning, in place: the norm of the rows only, not divided by anything."""
    importance = tp.importance.GroupMagnitudeImportance(
        p=2, group_reduction="sum", normalizer=None, target_types=[nn.modules.conv._ConvNd, nn.Linear]
    )
    last = [module for module in model.modules() if isinstance(module, nn.Conv2d | nn.Linear)][-1]
    tp.pruner.BasePruner(
        model, example, importance=importance, pruning_ratio=RATIO, ignored_layers=[last]
    ).step()  # fmt: skip
    return model


def build(name: str) -> tuple[nn.Module, Tensor]:
    """A network with random weights, and a random image."""
    torch.manual_seed(SEED)
    options = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
    return torchvision.models.get_model(name, **options).eval(), torch.randn(SHAPE)


if __name__ == "__main__":
    main()
