"""Structured pruning against Torch-Pruning: `python reference/pruning/against_torch_pruning.py`, 3 minutes.

Torch-Pruning (Fang et al. 2023) is the field's library for removing channels. Both libraries get the same ResNet-18 of
the paper's width, several times with other random weights, and half of every group to remove:

- `forced`: the peer removes the very channels that ours chose by their L2 norm;
- `chosen`: each library chooses by itself, by the same importance, the sum of |w| over the rows and columns of a
  channel in all convolutions and linear layers of its group.

Either way MACs, parameters, every tensor and the outputs are compared. The two are then timed against each other,
interleaved on one thread, each from a trained model to a pruned one: trace, score, choose, remove. The peer changes
its model in place, so it gets a copy, made within the timed call; ours makes its copy itself, and ends by running the
result and the model with those channels silenced, to compare them. `ours, traced` is the rest of ours where the graph
is there already, as for a second ratio.

It needs the extra `peers` in an environment of its own. Beside this script it writes `against_torch_pruning.json`.
"""

import copy
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
import torch_pruning as tp
from torch import Tensor, nn

from compresslab.benchmark import interleave
from compresslab.cost import mac_count, parameter_count
from compresslab.files import write_json
from compresslab.models import resnet18
from compresslab.pruning.structured import (
    DependencyGraph,
    dependency_graph,
    l2,
    prune_structured,
    remove_units,
    units_to_remove,
)

SEEDS = (0, 1, 2, 3, 4)  # of the random weights
WIDTH = 64
RATIO = 0.5
SHAPE = (1, 3, 32, 32)
SETTINGS = {"rounds": 30, "warmup": 3, "threads": 1, "seed": 0}
HERE = Path(__file__).parent


def main() -> None:
    """Compare, time, and write the file."""
    runs = [compare(seed) for seed in SEEDS]
    for run in runs:
        print(run, flush=True)
    model, example = build(0), torch.zeros(SHAPE)
    graph = dependency_graph(model, example)
    benchmark = interleave(
        {
            "ours": lambda: prune_structured(model, example, ratio=RATIO, importance=rows_and_columns),
            "ours, traced": lambda: ours(model, graph),
            "torch-pruning": lambda: peer(model, example),
        },
        **SETTINGS,
    )
    speed = {}
    for name in ("ours", "ours, traced"):
        ratios = {clock: benchmark.ratio(name, "torch-pruning", clock=clock) for clock in ("wall", "cpu")}
        speed[name] = {clock: asdict(ratio) for clock, ratio in ratios.items()}
        print(name, speed[name]["cpu"], flush=True)
    timings = benchmark.to_dict()["timings"]
    for timing in timings.values():
        del timing["wall_ns"], timing["cpu_ns"]
    write_json(
        HERE / "against_torch_pruning.json",
        {
            "what": f"half of the channels of every group of resnet18(width={WIDTH}), by compresslab and Torch-Pruning",
            "data": "none: random weights and random images",
            "peer": f"torch-pruning {version('torch-pruning')}",
            "n": len(SEEDS),
            "seeds": SEEDS,
            "ratio": RATIO,
            "input_shape": SHAPE,
            "dense": {"macs": mac_count(model, SHAPE), "parameters": parameter_count(model)},
            "runs": runs,
            "speed": {
                "what": "times faster than torch-pruning, median over rounds with a 95% bootstrap interval over rounds",
                "settings": SETTINGS,
                "speedup": speed,
                "timings": timings,
            },
            "machine": benchmark.machine.to_dict(),
        },
    )


def compare(seed: int) -> dict[str, Any]:
    """What both libraries make of one set of random weights."""
    model = build(seed)
    example = torch.randn(8, *SHAPE[1:], generator=torch.Generator().manual_seed(seed))
    graph = dependency_graph(model, example)
    units = units_to_remove(graph, l2(model, graph), ratio=RATIO)
    return {
        "seed": seed,
        "forced": difference(remove_units(model, graph, units), forced_peer(model, graph, units, example), example),
        "chosen": difference(ours(model, graph), peer(model, example), example),
    }


def difference(one: nn.Module, other: nn.Module, example: Tensor) -> dict[str, Any]:
    """Costs of our model and of the peer's, and how far their tensors and outputs are apart."""
    state, theirs = one.state_dict(), other.state_dict()
    same = [name for name in state if torch.equal(state[name], theirs[name])]
    with torch.no_grad():
        outputs = (one.eval()(example) - other.eval()(example)).abs().max().item()
    return {
        "macs": [mac_count(model, SHAPE) for model in (one, other)],
        "parameters": [parameter_count(model) for model in (one, other)],
        "tensors": len(state),
        "tensors_equal": len(same),
        "largest_output_difference": outputs,
    }


def ours(model: nn.Module, graph: DependencyGraph) -> nn.Module:
    """Half of every group, chosen by rows and columns."""
    return remove_units(model, graph, units_to_remove(graph, rows_and_columns(model, graph), ratio=RATIO))


def peer(model: nn.Module, example: Tensor) -> nn.Module:
    """The same by Torch-Pruning's own pruner, on a copy."""
    model = copy.deepcopy(model)
    importance = tp.importance.GroupMagnitudeImportance(
        p=1, group_reduction="sum", normalizer=None, target_types=[nn.modules.conv._ConvNd, nn.Linear]
    )
    pruner = tp.pruner.BasePruner(
        model, example, importance=importance, pruning_ratio=RATIO, ignored_layers=[model.get_submodule("fc")]
    )
    pruner.step()
    return model


def forced_peer(model: nn.Module, graph: DependencyGraph, units: dict[str, Tensor], example: Tensor) -> nn.Module:
    """Torch-Pruning removes these units, group by group, from a copy."""
    model = copy.deepcopy(model)
    dependencies = tp.DependencyGraph().build_dependency(model, example_inputs=example)
    for name, gone in units.items():
        layer = model.get_submodule(graph.group(name).producers[0])
        dependencies.get_pruning_group(layer, tp.prune_conv_out_channels, idxs=gone.tolist()).prune()
    return model


def rows_and_columns(model: nn.Module, graph: DependencyGraph) -> dict[str, Tensor]:
    """The sum of |w| over a unit's rows in all layers that produce it, and its columns in all that consume it."""
    scores = {}
    for group in graph.groups:
        parts = []
        for member in group.members:
            if member.role != "follows":
                sums = model.get_parameter(member.name).detach().abs().transpose(0, member.dim).flatten(1).sum(1)
                parts.append(sums[member.indices].sum(1))
        scores[group.name] = torch.stack(parts).sum(0)
    return scores


def build(seed: int) -> nn.Module:
    """A ResNet-18 with random weights, and statistics, scales and shifts of batch-norm that differ by channel."""
    torch.manual_seed(seed)
    model = resnet18(width=WIDTH).eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                for tensor in (module.weight, module.bias, module.running_mean, module.running_var):
                    tensor.uniform_(0.5, 1.5)
    return model


if __name__ == "__main__":
    main()
