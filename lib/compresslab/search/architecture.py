"""Evolutionary search over the width, depth and kind of block of each stage, under a latency that a table tells.

The space is ResNet-18's plan with its choices opened: four stages, each halving the image but the first, and for each
its channels, its number of blocks, and what a block is. A network's latency is estimated as ProxylessNAS does it, from
the times of its parts, so that asking for thousands of networks costs nothing; those that are finally chosen are
measured, because an estimate may be off by as much as the candidates differ.

References:
    Cai, Zhu and Han 2019, "ProxylessNAS" (latency as a sum over a look-up table).
    Real et al. 2019, "Regularized Evolution for Image Classifier Architecture Search" (the search: see `evolution`).
    He et al. 2016, "Deep Residual Learning for Image Recognition" (plain and bottleneck blocks).
"""

import math
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of, whole
from compresslab.benchmark import Benchmark, inference_call, interleave
from compresslab.errors import InputError
from compresslab.latency_table import LatencyTable, build_latency_table
from compresslab.models import BasicBlock, DepthwiseSeparable
from compresslab.models.blocks import convolution
from compresslab.search.evolution import evolve, ranked
from compresslab.search.space import Configuration, Space
from compresslab.search.study import Study, Trial

Block = Literal["residual", "bottleneck", "separable"]
BLOCKS: tuple[Block, ...] = get_args(Block)
_STAGES = 4
_SQUEEZE = 4  # a bottleneck computes its 3x3 convolution on a fourth of the channels, as in ResNet-50


class Bottleneck(nn.Module):
    """1x1 to fewer channels, 3x3, 1x1 back, around a shortcut.

    Maps (N, inputs, H, W) to (N, outputs, H / stride, W / stride), sizes rounded up. Where the shapes differ, the
    shortcut is a 1x1 convolution with batch-norm.

    Args:
        inputs, outputs: channels; the convolution between has a fourth of `outputs`, at least 1.
        stride: of the 3x3 convolution.

    >>> Bottleneck(8, 16, stride=2)(torch.zeros(1, 8, 6, 6)).shape
    torch.Size([1, 16, 3, 3])
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        hidden = max(1, outputs // _SQUEEZE)
        self.reduce = convolution(inputs, hidden, 1, "relu")
        self.spatial = convolution(hidden, hidden, 3, "relu", stride=stride)
        self.expand = convolution(hidden, outputs, 1, None)
        self.relu = nn.ReLU()
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else convolution(inputs, outputs, 1, None, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.expand(self.spatial(self.reduce(x))) + self.shortcut(x))


_MODULES: dict[str, Callable[[int, int, int], nn.Module]] = {
    "residual": BasicBlock,
    "bottleneck": Bottleneck,
    "separable": DepthwiseSeparable,
}


def architecture_space(
    widths: Sequence[Sequence[int]] = ((8, 16, 24), (16, 24, 32), (32, 48, 64), (48, 64, 96)),
    depths: Sequence[int] = (1, 2, 3),
    blocks: Sequence[Block] = BLOCKS,
) -> dict[str, Sequence[Any]]:
    """The choices of four stages, as `sweep` and `evolve` take them: block1, width1, depth1, block2 and so on.

    Args:
        widths: for each stage the channels to choose from.
        depths: blocks of a stage to choose from.
        blocks: kinds to choose from.

    Raises:
        InputError: there are not four stages, a kind is unknown, or a number is out of its range.

    >>> space = architecture_space(widths=[(8,), (16,), (32,), (64,)])
    >>> list(space)[:3], space["block1"]
    (['block1', 'width1', 'depth1'], ('residual', 'bottleneck', 'separable'))
    """
    if len(widths) != _STAGES:
        raise InputError(f"widths={widths!r} are of {len(widths)} stages: give the choices of {_STAGES}.")
    for block in blocks:
        one_of(BLOCKS, block=block)
    for value in depths:
        whole(depth=value)
    space: dict[str, Sequence[Any]] = {}
    for number, choices in enumerate(widths, start=1):
        for value in choices:
            whole(width=value)
        space |= {f"block{number}": tuple(blocks), f"width{number}": tuple(choices), f"depth{number}": tuple(depths)}
    return space


def build_network(configuration: Configuration, *, channels: int = 3, classes: int = 10) -> nn.Sequential:
    """An untrained network of a configuration: a stem of stride 1, the blocks, and a head that pools and classifies.

    Maps (N, channels, H, W) to logits (N, classes), for images of at least 8x8 pixels. Its children are the parts whose
    latencies add up.

    Args:
        configuration: a value of each setting of `architecture_space`.
        channels: of the images.
        classes: number of logits.

    Raises:
        InputError: the configuration lacks a setting, or one is out of its range.

    >>> plan = dict(block=("residual",) * 4, width=(8, 16, 32, 64), depth=(2,) * 4)  # ResNet-18's of width 8
    >>> configuration = {f"{name}{i + 1}": values[i] for i in range(4) for name, values in plan.items()}
    >>> build_network(configuration)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """
    whole(channels=channels, classes=classes)
    stages = [_stage(configuration, number) for number in range(1, _STAGES + 1)]
    inputs = stages[0][1]
    parts = OrderedDict[str, nn.Module](stem=convolution(channels, inputs, 3, "relu"))
    for number, (block, outputs, depth) in enumerate(stages, start=1):
        for place in range(depth):
            stride = 2 if number > 1 and place == 0 else 1
            parts[f"stage{number}_block{place + 1}"] = _MODULES[block](inputs, outputs, stride)
            inputs = outputs
    parts["head"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))
    network = nn.Sequential(parts)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):  # He et al. 2015, for each filter's own fan-out, also where it is depthwise
            fan_out = module.weight[0, 0].numel() * module.out_channels // module.groups
            nn.init.normal_(module.weight, 0, math.sqrt(2 / fan_out))
    return network


def table_for(space: Space, example: Tensor, *, classes: int = 10, **settings: Any) -> LatencyTable:
    """A latency table that has all operations of a space, from few of its networks.

    An operation depends on its block, its stage, and the channels before and in it. So networks suffice that use one
    kind of block in all stages, in which the places of the widths take turns between two, for every two.

    Args:
        space: from `architecture_space`.
        example: a whole input, (N, channels, H, W).
        classes: number of logits.
        settings: of `build_latency_table`.

    Raises:
        InputError: see `build_latency_table`.

    >>> space = architecture_space([(4, 8), (8,), (8,), (8,)], depths=[1], blocks=["separable"])
    >>> len(table_for(space, torch.zeros(1, 3, 8, 8), rounds=2).seconds) > 10
    True
    """
    depth = 1 if tuple(space["depth1"]) == (1,) else 2  # a third block is as the second
    most = max(len(space[f"width{number}"]) for number in range(1, _STAGES + 1))
    networks = {}
    for block in space["block1"]:
        for odd in range(most):
            for even in range(most):
                plan: Configuration = {}
                for number in range(1, _STAGES + 1):
                    choices = space[f"width{number}"]
                    width = choices[min(odd if number % 2 else even, len(choices) - 1)]
                    plan |= {f"block{number}": block, f"width{number}": width, f"depth{number}": depth}
                networks[f"{block} {odd} {even}"] = build_network(plan, channels=example.shape[1], classes=classes)
    return build_latency_table({name: each.eval() for name, each in networks.items()}, example, **settings)


class NetworkLatency:
    """The seconds of a configuration's network, from a table, with each part looked up once.

    Exporting a whole network takes a second, and a search asks for thousands. But they are made of few blocks, and the
    sum over a network's operations is the sum over its blocks' sums.

    Args:
        table: that has the operations of all networks to come.
        example: a whole input, (N, channels, H, W).
        classes: number of logits.

    Raises:
        InputError: when called, where the table lacks an operation.

    >>> space = architecture_space([(4,), (8,), (8,), (8,)], depths=[1], blocks=["separable"])
    >>> example = torch.zeros(1, 3, 8, 8)
    >>> table = table_for(architecture_space([(4, 8), (8,), (8,), (8,)], [1], ["separable"]), example, rounds=2)
    >>> configuration = {name: values[0] for name, values in space.items()}
    >>> whole = table.estimate(build_network(configuration).eval(), example)
    >>> abs(NetworkLatency(table, example)(configuration) / whole - 1) < 1e-9
    True
    """

    def __init__(self, table: LatencyTable, example: Tensor, *, classes: int = 10) -> None:
        self.table, self.example, self.classes = table, example, classes
        self._parts: dict[tuple[str, torch.Size], tuple[float, torch.Size]] = {}

    def __call__(self, configuration: Configuration) -> float:
        shape, seconds = self.example.shape, self.table.intercept_seconds
        with torch.random.fork_rng(devices=[]):  # its weights decide no time
            network = build_network(configuration, channels=shape[1], classes=self.classes).eval()
        for part in network:
            own, shape = self._of_part(part, shape)
            seconds += own
        return seconds

    def __fingerprint__(self) -> object:
        """What a kept search depends on: not the parts that happen to be known."""
        return [self.table, list(self.example.shape), self.classes]

    def _of_part(self, part: nn.Module, shape: torch.Size) -> tuple[float, torch.Size]:
        """Seconds beyond the intercept, and the shape that comes out."""
        key = (repr(part), shape)
        if key not in self._parts:
            example = torch.zeros(shape)
            with torch.inference_mode():
                result = part(example)
            self._parts[key] = self.table.estimate(part, example) - self.table.intercept_seconds, result.shape
        return self._parts[key]


def search_architecture(
    accuracy: Callable[[nn.Module], float],
    space: Space,
    latency: NetworkLatency,
    *,
    cap_seconds: float,
    evaluations: int,
    population: int = 12,
    tournament: int = 4,
    first: Sequence[Configuration] = (),
    seed: int = 0,
    folder: str | os.PathLike[str] | None = None,
) -> Study:
    """Search for the most accurate network whose latency, by the table, is at most `cap_seconds`.

    Args:
        accuracy: trains a copy of a network and gives its accuracy on images that chose nothing else: a short training
            ranks well enough, and costs a tenth. The initial weights are seeded here.
        space: from `architecture_space`.
        latency: the estimate.
        cap_seconds: that no network that is trained exceeds.
        evaluations, population, tournament, first, seed, folder: see `evolve`.

    Returns:
        The study: each trial's "fitness" is its accuracy, its "cost" the estimated seconds.

    Raises:
        InputError: see `evolve`.

    >>> from compresslab.cost import parameter_count
    >>> space = architecture_space([(4, 8), (8,), (8,), (8,)], depths=[1, 2], blocks=["separable"])
    >>> latency = NetworkLatency(table_for(space, torch.zeros(1, 3, 8, 8), rounds=2), torch.zeros(1, 3, 8, 8))
    >>> study = search_architecture(parameter_count, space, latency, cap_seconds=1.0, evaluations=32)
    >>> len(study.trials), len(study.frontier()) > 0  # there are no more networks in this space
    (32, True)
    """
    return evolve(
        partial(_accuracy_of, accuracy, latency.example.shape[1], latency.classes, seed),
        space,
        latency,
        cap=cap_seconds,
        evaluations=evaluations,
        population=population,
        tournament=tournament,
        first=first,
        seed=seed,
        folder=folder,
    )


@dataclass(frozen=True)
class Finalist:
    """A network that a search found, with its latency as it was measured.

    Attributes:
        trial: of the search.
        measured_seconds: median of one run.

    >>> Finalist(Trial(3, {}, {"fitness": 0.9, "cost": 1e-3}, None, 0.0), measured_seconds=1.25e-3).estimate_error
    -0.2
    """

    trial: Trial
    measured_seconds: float

    @property
    def estimate_error(self) -> float:
        """Estimate / measurement - 1."""
        assert self.trial.values is not None
        return round(self.trial.values["cost"] / self.measured_seconds - 1, 12)


def measure_finalists(
    study: Study,
    example: Tensor,
    *,
    beside: Mapping[str, nn.Module] | None = None,
    count: int = 5,
    classes: int = 10,
    rounds: int = 60,
    threads: int = 1,
    seed: int = 0,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> tuple[list[Finalist], Benchmark]:
    """Time the fittest networks of a search, so that the cap is one of measured and not only of estimated seconds.

    Args:
        study: of `search_architecture`.
        example: a whole input, (N, channels, H, W).
        beside: networks that are timed in the same rounds, by name, such as the one whose latency is the cap: what a
            machine does from one minute to the next then happens to all alike.
        count: of finalists, or all trials where there are fewer.
        classes: number of logits.
        rounds, threads, seed, clock: see `build_latency_table`.

    Returns:
        The finalists, the fittest first, of which the first within the cap is the winner; and all times, in which a
        finalist's name is "trial 3".

    Raises:
        InputError: no trial finished, or a setting is out of its range.

    >>> trials = tuple(
    ...     Trial(n, {f"{k}{i}": v for i in range(1, 5) for k, v in plan.items()}, {"fitness": n, "cost": 1.0}, None, 0)
    ...     for n, plan in enumerate([{"block": "separable", "width": w, "depth": 1} for w in (4, 8)])
    ... )
    >>> study = Study(trials, {"fitness": "max", "cost": "min"}, {})
    >>> finalists, measured = measure_finalists(study, torch.zeros(1, 3, 8, 8), rounds=2)
    >>> [found.trial.number for found in finalists], sorted(measured.timings)
    ([1, 0], ['trial 0', 'trial 1'])
    """
    whole(count=count)
    chosen = ranked(study)[:count]
    networks = {
        f"trial {trial.number}": build_network(trial.configuration, channels=example.shape[1], classes=classes)
        for trial in chosen
    }
    calls = {name: inference_call(network.eval(), example) for name, network in networks.items()}
    calls |= {name: inference_call(network, example) for name, network in (beside or {}).items()}
    measured = interleave(calls, rounds=rounds, threads=threads, seed=seed, wall_clock=clock)
    seconds = {name: timing.latency_ms(50) / 1e3 for name, timing in measured.timings.items()}
    return [Finalist(trial, seconds[f"trial {trial.number}"]) for trial in chosen], measured


def _accuracy_of(
    accuracy: Callable[[nn.Module], float], channels: int, classes: int, seed: int, configuration: Configuration
) -> float:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = build_network(configuration, channels=channels, classes=classes)
    return accuracy(network)


def _stage(configuration: Configuration, number: int) -> tuple[str, int, int]:
    """Block, channels and depth."""
    found: list[Any] = []
    for name in ("block", "width", "depth"):
        if f"{name}{number}" not in configuration:
            raise InputError(f"{name}{number} is missing: give a value of each setting of architecture_space.")
        found.append(configuration[f"{name}{number}"])
    block, width, depth = found
    one_of(BLOCKS, **{f"block{number}": block})
    whole(**{f"width{number}": width, f"depth{number}": depth})
    return block, width, depth
