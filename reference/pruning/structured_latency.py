"""What removed channels are worth in time: `python reference/pruning/structured_latency.py`, about 3 minutes.

ResNet-18 at half width (32) on 32 x 32 images, one image a call, one thread. From every group the same share of
channels is removed, the count kept being rounded up to a multiple of 1, 8 or 16. Beside this script it writes
`structured_latency.json`: the MACs that are left, and the speed-up over the whole network in PyTorch eager and in ONNX
Runtime, all variants interleaved, with intervals. The dense network against itself is the control, and one in which
half of the channels are zero but still there shows what a mask gives. At one half all roundings keep the same counts:
three equal networks show how far two copies differ. The weights are random: speed doesn't depend on their values.
"""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from compresslab.benchmark import Ratio, inference_call, interleave
from compresslab.cost import mac_count, parameter_count
from compresslab.deploy import OnnxModel, export_onnx
from compresslab.files import write_json
from compresslab.models import resnet18
from compresslab.pruning.structured import dependency_graph, l2, remove_units, silence_units, units_to_remove

WIDTH = 32
RATIOS = (0.1, 0.3, 0.5, 0.7, 0.85)
MULTIPLES = (1, 8, 16)
ROUNDS, WARMUP = 150, 10
HERE = Path(__file__).parent


def main() -> None:
    """Measure, and write the file."""
    torch.manual_seed(0)
    dense = resnet18(width=WIDTH).eval()
    example = torch.randn(1, 3, 32, 32)
    found: dict[str, dict[str, Any]] = {}
    calls: dict[str, Callable[[], object]] = {}
    with TemporaryDirectory() as folder:
        for number, (name, settings, model) in enumerate(variants(dense, example)):
            found[name] = settings | {
                "macs": mac_count(model, example.shape),
                "parameters": parameter_count(model),
                "widths": [len(layer.weight) for layer in model.modules() if isinstance(layer, nn.Conv2d)],
            }
            file = export_onnx(model, example, Path(folder, f"{number}.onnx"))
            calls[f"eager: {name}"] = inference_call(model, example)
            calls[f"ONNX Runtime: {name}"] = inference_call(OnnxModel(file), example)
            print(f"{name}: {found[name]['macs']:,} MACs", flush=True)
        benchmark = interleave(calls, rounds=ROUNDS, warmup=WARMUP, images_per_call=1)
    for name, variant in found.items():
        variant["fewer_macs"] = found["dense"]["macs"] / variant["macs"]
        for runtime in ("eager", "ONNX Runtime"):
            ratio = benchmark.ratio(f"{runtime}: {name}", f"{runtime}: dense")
            milliseconds = benchmark.timings[f"{runtime}: {name}"].latency_ms(50)
            variant[runtime] = {"latency_ms_p50": round(milliseconds, 3), "speedup": as_plain(ratio)}
            print(f"{name}, {runtime}: MACs / {variant['fewer_macs']:.2f}, {ratio.value:.2f} times as fast")
    write_json(
        HERE / "structured_latency.json",
        {
            "data": "random images 3 x 32 x 32, one a call",
            "model": f"resnet18(width={WIDTH}), random weights, seed 0",
            "importance": "l2",
            "rounds": ROUNDS,
            "warmup": WARMUP,
            "spread": "95% bootstrap interval of the median ratio over rounds; all variants once in each round",
            "variants": found,
            "machine": benchmark.machine.to_dict(),
        },
    )


def variants(dense: nn.Module, example: torch.Tensor) -> Iterator[tuple[str, dict[str, Any], nn.Module]]:
    """Each with its name and how it was made."""
    graph = dependency_graph(dense, example)
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


def as_plain(ratio: Ratio) -> dict[str, Any]:
    """A ratio, ready for JSON."""
    interval = ratio.interval
    return {
        "value": round(ratio.value, 4),
        "low": round(interval.low, 4),
        "high": round(interval.high, 4),
        "level": interval.level,
        "rounds": ratio.rounds,
    }


if __name__ == "__main__":
    main()
