"""What removed channels are worth in time: `python reference/pruning/structured_latency.py`, about 2 minutes.

ResNet-18 at half width (32) on 32 x 32 images, one image a call, one thread. From every group the same share of
channels is removed, the count kept being rounded up to a multiple of 1, 8 or 16. Beside this script it writes
`structured_latency.json`: the MACs that are left, and the speed-up over the whole network in PyTorch eager and in ONNX
Runtime. The dense network against itself is the control, and one in which half of the channels are zero but still
there shows what a mask gives. At one half all roundings keep the same counts: three equal networks show how far copies
differ. The weights are random: speed doesn't depend on their values.

Where a network lies in memory is drawn anew by each process and stays for all of its rounds, so rounds of one process
say too little of the spread. Everything is measured in six fresh processes, one after the other; a speed-up is the
median of their medians. Its interval runs from the least to the greatest of them, and covers the median of all
processes with probability 1 - 2 / 2^6 = 97%. Run it on a machine that does nothing else: a neighbour that fills the
shared cache slows the large network more than the small ones (on a busy one the dense network took 1.7 times as long,
and three equal networks came out at 2.7 to 4.3 times as fast).
"""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from compresslab.benchmark import inference_call, interleave
from compresslab.cost import mac_count, parameter_count
from compresslab.deploy import OnnxModel, export_onnx
from compresslab.files import write_json
from compresslab.models import resnet18
from compresslab.pruning.structured import dependency_graph, l2, remove_units, silence_units, units_to_remove

WIDTH = 32
RATIOS = (0.1, 0.3, 0.5, 0.7, 0.85)
MULTIPLES = (1, 8, 16)
RUNTIMES = ("eager", "ONNX Runtime")
PROCESSES, ROUNDS, WARMUP = 6, 60, 10
LEVEL = 1 - 2 / 2**PROCESSES  # that not all processes lie on one side of the median of all that could be
HERE = Path(__file__).parent
EXAMPLE = torch.zeros(1, 3, 32, 32)


def main() -> None:
    """Export, measure in fresh processes, and write the file."""
    found: dict[str, dict[str, Any]] = {}
    with TemporaryDirectory() as folder:
        for number, (name, settings, model) in enumerate(variants()):
            found[name] = settings | {
                "macs": mac_count(model, EXAMPLE.shape),
                "parameters": parameter_count(model),
                "widths": [len(layer.weight) for layer in model.modules() if isinstance(layer, nn.Conv2d)],
            }
            export_onnx(model, EXAMPLE, Path(folder, f"{number}.onnx"))
        runs = [measured_in_a_process(folder, seed) for seed in range(PROCESSES)]
    for name, variant in found.items():
        variant["fewer_macs"] = found["dense"]["macs"] / variant["macs"]
        for runtime in RUNTIMES:
            key = f"{runtime}: {name}"
            medians = sorted(run["speedups"][key] for run in runs)
            variant[runtime] = {
                "latency_ms_p50": round(median(run["latency_ms_p50"][key] for run in runs), 3),
                "speedup": {
                    "value": round(median(medians), 4),
                    "low": medians[0],
                    "high": medians[-1],
                    "level": LEVEL,
                    "rounds": PROCESSES * ROUNDS,
                },
            }
            print(f"{key}: MACs / {variant['fewer_macs']:.2f}, {medians[0]:.2f} to {medians[-1]:.2f} times as fast")
    write_json(
        HERE / "structured_latency.json",
        {
            "data": "random images 3 x 32 x 32, one a call",
            "model": f"resnet18(width={WIDTH}), random weights, seed 0",
            "importance": "l2",
            "processes": PROCESSES,
            "rounds": ROUNDS,
            "warmup": WARMUP,
            "spread": "least to greatest of the processes' median ratios; in a process all variants once in each round",
            "variants": found,
            "machine": runs[0]["machine"],
        },
    )


def measured_in_a_process(folder: str, seed: int) -> dict[str, Any]:
    """What `measure` prints, from a process of its own."""
    command = [sys.executable, __file__, folder, str(seed)]
    print(f"process {seed + 1} of {PROCESSES}", flush=True)
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(folder: str, seed: int) -> None:
    """Time all variants of both runtimes, and print medians as JSON."""
    calls: dict[str, Callable[[], object]] = {}
    for number, (name, _, model) in enumerate(variants()):
        calls[f"eager: {name}"] = inference_call(model, EXAMPLE)
        calls[f"ONNX Runtime: {name}"] = inference_call(OnnxModel(Path(folder, f"{number}.onnx")), EXAMPLE)
    benchmark = interleave(calls, rounds=ROUNDS, warmup=WARMUP, images_per_call=1, seed=seed)
    ratios = {key: benchmark.ratio(key, f"{key.partition(':')[0]}: dense") for key in calls}
    result = {
        "speedups": {key: round(ratio.value, 4) for key, ratio in ratios.items()},
        "latency_ms_p50": {key: benchmark.timings[key].latency_ms(50) for key in calls},
        "machine": benchmark.machine.to_dict(),
    }
    print(json.dumps(result))


def variants() -> Iterator[tuple[str, dict[str, Any], nn.Module]]:
    """Each with its name and how it was made, the same in every process."""
    torch.manual_seed(0)
    dense = resnet18(width=WIDTH).eval()
    graph = dependency_graph(dense, EXAMPLE)
    scores = l2(dense, graph)
    yield "dense", {"ratio": 0.0, "round_to": 1, "kind": "dense"}, dense
    yield "control", {"ratio": 0.0, "round_to": 1, "kind": "control"}, copy.deepcopy(dense)
    half = units_to_remove(graph, scores, ratio=0.5)
    yield "half masked", {"ratio": 0.5, "round_to": 1, "kind": "masked"}, silence_units(dense, graph, half).eval()
    for multiple in MULTIPLES:
        for ratio in RATIOS:
            remove = units_to_remove(graph, scores, ratio=ratio, round_to=multiple)
            settings = {"ratio": ratio, "round_to": multiple, "kind": "removed"}
            yield f"{ratio:.0%} removed, multiples of {multiple}", settings, remove_units(dense, graph, remove).eval()


if __name__ == "__main__":
    if arguments := sys.argv[1:]:
        measure(arguments[0], int(arguments[1]))
    else:
        main()
