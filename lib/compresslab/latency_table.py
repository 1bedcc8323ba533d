"""A network's latency from a table: the measured times of its operations, added up.

A search looks at thousands of networks and can't time each. But they are made of few operations: those are timed once,
and a network's latency is estimated as the sum of its own. What the sum leaves out (Python between the operations, what
caches keep from one to the next) is taken up by a straight line that is fitted to the networks that the table was made
from. How good the estimate is, only networks that the table has not seen can show: `LatencyTable.error`.

Reference: Cai, Zhu and Han 2019, "ProxylessNAS" (latency as a sum over a look-up table).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from torch import Tensor, nn

from compresslab.benchmark import inference_call, interleave
from compresslab.errors import InputError
from compresslab.hardware import Machine
from compresslab.operators import profile_operators


@dataclass(frozen=True)
class TableError:
    """How far estimates are from measurements: |estimate / measurement - 1| over several networks.

    Attributes:
        median, p95: of these relative errors.
        relative: estimate / measurement - 1, by network.

    >>> TableError.of({"a": 1.5, "b": 2.0}, measured={"a": 1.0, "b": 2.0}).median
    0.25
    """

    median: float
    p95: float
    relative: dict[str, float]

    @classmethod
    def of(cls, estimated: Mapping[str, float], measured: Mapping[str, float]) -> "TableError":
        """The error of estimates, by name, against measurements of the same networks, in the same unit."""
        if not estimated or estimated.keys() != measured.keys():
            raise InputError(
                f"estimates of {', '.join(estimated)} and measurements of {', '.join(measured)} don't match."
            )
        relative = {name: estimated[name] / measured[name] - 1 for name in estimated}
        sizes = np.abs(list(relative.values()))
        return cls(float(np.median(sizes)), float(np.percentile(sizes, 95)), relative)


@dataclass(frozen=True)
class LatencyTable:
    """Times of operations on one machine, for inputs of one shape.

    Attributes:
        seconds: of an operation by its signature.
        intercept_seconds, slope: of the line from the sum of a network's operations to its latency.
        machine: that was measured, with its threads.

    >>> import torch
    >>> from compresslab.hardware import machine
    >>> LatencyTable({"relu(float32[2, 4])": 1e-6}, 0.0, 1.0, machine(1)).estimate(nn.ReLU(), torch.zeros(2, 4))
    1e-06
    """

    seconds: dict[str, float]
    intercept_seconds: float
    slope: float
    machine: Machine

    def estimate(self, model: nn.Module, example: Tensor) -> float:
        """Seconds of one run, without timing it.

        Args:
            model: of operations that the table has.
            example: a whole input.

        Raises:
            InputError: the table lacks an operation; the message names the first.
        """
        return self.intercept_seconds + self.slope * _total(self.seconds, _signatures(model, example))


def build_latency_table(
    models: Mapping[str, nn.Module],
    example: Tensor,
    *,
    rounds: int = 30,
    threads: int = 1,
    seed: int = 0,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> LatencyTable:
    """Time the operations of some networks, and the networks themselves.

    Args:
        models: in evaluation mode, by name; at least two, of different latency, that hold every operation that will be
            asked for.
        example: a whole input.
        rounds: of each network, whole and operation by operation.
        threads: for PyTorch.
        seed: of the order in which the networks are timed.
        clock: gives nanoseconds; `time.process_time_ns` on a machine that is busy with other things.

    Raises:
        InputError: there are fewer than two networks, one is in training mode, or a setting is out of its range.

    >>> import torch
    >>> networks = {"thin": nn.Linear(4, 8).eval(), "wide": nn.Linear(4, 512).eval()}
    >>> len(build_latency_table(networks, torch.zeros(2, 4), rounds=2).seconds)
    2
    """
    if len(models) < 2:
        raise InputError(f"{len(models)} networks: at least 2 are needed to fit a line.")
    found: dict[str, list[float]] = {}
    signatures: dict[str, list[str]] = {}
    for name, model in models.items():
        operators = profile_operators(model, example, rounds=rounds, threads=threads, clock=clock)
        signatures[name] = [each.signature for each in operators]
        for each in operators:
            found.setdefault(each.signature, []).append(each.operation.seconds)
    seconds = {signature: median(times) for signature, times in found.items()}
    measured, machine = measure_latencies(models, example, rounds=rounds, threads=threads, seed=seed, clock=clock)
    sums = [_total(seconds, signatures[name]) for name in models]
    slope, intercept = np.polyfit(sums, [measured[name] for name in models], 1)
    return LatencyTable(seconds, float(intercept), float(slope), machine)


def measure_latencies(
    models: Mapping[str, nn.Module],
    example: Tensor,
    *,
    rounds: int = 30,
    threads: int = 1,
    seed: int = 0,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> tuple[dict[str, float], Machine]:
    """Median seconds of one run of each network, interleaved, and the machine.

    Args:
        models: in evaluation mode, by name.
        example, rounds, threads, seed, clock: see `build_latency_table`.

    Raises:
        InputError: a model is in training mode, or a setting is out of its range.

    >>> import torch
    >>> found, _ = measure_latencies({"a": nn.Linear(4, 8).eval()}, torch.zeros(2, 4), rounds=2)
    >>> found["a"] > 0
    True
    """
    calls = {name: inference_call(model, example) for name, model in models.items()}
    measured = interleave(calls, rounds=rounds, threads=threads, seed=seed, wall_clock=clock)
    return {name: timing.latency_ms(50) / 1e3 for name, timing in measured.timings.items()}, measured.machine


def _signatures(model: nn.Module, example: Tensor) -> list[str]:
    return [each.signature for each in profile_operators(model, example, rounds=1, warmup=0)]


def _total(seconds: Mapping[str, float], signatures: Sequence[str]) -> float:
    for signature in signatures:
        if signature not in seconds:
            raise InputError(f"the table has no {signature}: build it from networks that have this operation too.")
    return sum(seconds[signature] for signature in signatures)
