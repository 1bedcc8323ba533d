"""Compare the speed of models fairly: interleaved, warmed up, single-threaded by default, with intervals.

Timing A a hundred times and then B a hundred times compares A's minute with B's minute: a machine that warms
up, or a neighbour who starts a job, decides the result. Here each round calls every variant once, in an order
shuffled anew, so that what happens to the machine happens to all of them; ratios are taken within rounds.
"""

import gc
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.evaluation import Interval, check_level
from compresslab.hardware import Machine, machine

Clock = Callable[[], int]  # nanoseconds, never falling
BUSY = "The machine was busy with something else while this was measured: do it again when it is idle."
_BUSY_FROM = 1.5  # elapsed time over computed time; on an idle machine the two are nearly the same


@dataclass(frozen=True)
class Timing:
    """One variant's calls, a round each.

    Attributes:
        wall_ns: elapsed time of each call.
        cpu_ns: CPU time of the whole process, all its threads, during each call. A busy neighbour lengthens
            `wall_ns` but hardly this. Some systems count it coarsely (Windows: 16 ms): use long calls.
        images_per_call: batch size; None where a call is not about images.

    >>> timing = Timing(wall_ns=(4_000_000, 6_000_000), cpu_ns=(4_000_000, 5_000_000), images_per_call=10)
    >>> timing.latency_ms(50), timing.images_per_second
    (5.0, 2000.0)
    """

    wall_ns: tuple[int, ...]
    cpu_ns: tuple[int, ...]
    images_per_call: int | None

    def latency_ms(self, percentile: float) -> float:
        """A percentile (0 to 100) of the wall time of a call. One beyond 100 - 100/rounds is the maximum."""
        if not 0 <= percentile <= 100:
            raise InputError(f"percentile={percentile} must be between 0 and 100, such as 95.")
        return float(np.percentile(self.wall_ns, percentile)) / 1e6

    @property
    def images_per_second(self) -> float | None:
        """Throughput at the median call."""
        return None if self.images_per_call is None else 1e3 * self.images_per_call / self.latency_ms(50)

    def to_dict(self) -> dict[str, Any]:
        """Percentiles, throughput and the single calls, ready for JSON."""
        return {
            "latency_ms_p50": self.latency_ms(50),
            "latency_ms_p95": self.latency_ms(95),
            "latency_ms_p99": self.latency_ms(99),
            "cpu_ms_p50": float(np.median(self.cpu_ns)) / 1e6,
            "images_per_second": self.images_per_second,
            "wall_ns": list(self.wall_ns),
            "cpu_ns": list(self.cpu_ns),
        }


@dataclass(frozen=True)
class Ratio:
    """How many times faster `name` is than `reference`: above 1 is faster, 0.5 takes twice as long.

    >>> ratio = Ratio("int8", "fp32", 3.1, Interval(2.9, 3.3, 0.95), rounds=100)
    >>> 1 in ratio.interval  # then the two might be equally fast
    False
    """

    name: str
    reference: str
    value: float
    interval: Interval
    rounds: int

    def exceeds(self, control: "Ratio") -> bool:
        """Whether this is faster by more than `control`, the ratio of two equal things, differs from 1 either way.

        A control below 1 is no licence: what it misses by could as well have been added to this ratio.

        >>> again = Ratio("fp32 again", "fp32", 0.95, Interval(0.94, 0.97, 0.95), rounds=100)
        >>> Ratio("int8", "fp32", 1.02, Interval(1.01, 1.03, 0.95), rounds=100).exceeds(again)
        False
        """
        return self.interval.low > max(control.interval.high, 1 / control.interval.low)


@dataclass(frozen=True)
class Benchmark:
    """The calls of all variants, with what is needed to repeat them.

    >>> measured = interleave({"a": lambda: sum(range(2000)), "b": lambda: sum(range(8000))}, rounds=20)
    >>> measured.ratio("a", "b").rounds
    20
    """

    timings: dict[str, Timing]
    rounds: int
    warmup: int
    images_per_call: int | None
    seed: int
    data: str | None
    machine: Machine

    def ratio(
        self,
        name: str,
        reference: str,
        *,
        clock: Literal["wall", "cpu"] = "wall",
        level: float = 0.95,
        resamples: int = 2_000,
    ) -> Ratio:
        """Speed-up of one variant over another: the median over rounds of reference time / own time.

        Args:
            name: a variant of this benchmark.
            reference: another.
            clock: compare elapsed time or CPU time.
            level: coverage of the interval.
            resamples: bootstrap draws of rounds, seeded by the benchmark's seed.

        Raises:
            InputError: no such variant, a call too short for the clock, or a setting out of its range.

        Reference:
            Kalibera and Jones 2013, "Rigorous Benchmarking in Reasonable Time".
        """
        check_level(level)
        whole(resamples=resamples)
        own, other = self._nanoseconds(name, clock), self._nanoseconds(reference, clock)
        ratios = other / own
        picks = np.random.default_rng(self.seed).integers(len(ratios), size=(resamples, len(ratios)))
        medians = np.median(ratios[picks], axis=1)
        low, high = np.quantile(medians, [0.5 - level / 2, 0.5 + level / 2])
        return Ratio(name, reference, float(np.median(ratios)), Interval(float(low), float(high), level), len(ratios))

    def doubt(self, control: str = "", reference: str = "") -> str:
        """Why these times should be measured again before anything is concluded; "" where nothing speaks against them.

        Args:
            control: a variant that is the same thing as `reference`: the interval of their ratio should cover 1.
            reference: a variant.

        Returns:
            A sentence. It tells, too, when the calls waited for much longer than they computed: for other programs,
            or else for a device.

        >>> interleave({"a": lambda: sum(range(2000))}, rounds=20).doubt() in ("", BUSY)
        True
        """
        found = []
        waited = [np.sum(timing.wall_ns) / max(1, np.sum(timing.cpu_ns)) for timing in self.timings.values()]
        if max(waited) > _BUSY_FROM:
            found.append(BUSY)
        if control:
            ratio = self.ratio(control, reference)
            low, high = ratio.interval.low, ratio.interval.high
            if not low <= 1 <= high:
                found.append(
                    f"{control} and {reference} are the same, and yet {ratio.value:.2f} [{low:.2f}, {high:.2f}] was "
                    "measured: smaller differences than that say nothing."
                )
        return " ".join(found)

    def to_dict(self) -> dict[str, Any]:
        """Everything measured, ready for JSON."""
        timings = {name: timing.to_dict() for name, timing in self.timings.items()}
        return {
            "data": self.data,
            "rounds": self.rounds,
            "warmup": self.warmup,
            "images_per_call": self.images_per_call,
            "seed": self.seed,
            "machine": self.machine.to_dict(),
            "timings": timings,
        }

    def _nanoseconds(self, name: str, clock: str) -> np.ndarray:
        if name not in self.timings:
            raise InputError(f"no variant {name!r} was measured: choose from {', '.join(self.timings)}.")
        timing = self.timings[name]
        nanoseconds = np.array(timing.cpu_ns if clock == "cpu" else timing.wall_ns, dtype=np.float64)
        if nanoseconds.min() <= 0:
            raise InputError(f"a call of {name!r} is too short for the {clock} clock: give it more images.")
        return nanoseconds


def interleave(
    variants: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 100,
    warmup: int = 10,
    images_per_call: int | None = None,
    threads: int = 1,
    seed: int = 0,
    data: str | None = None,
    wall_clock: Clock = time.perf_counter_ns,
    cpu_clock: Clock = time.process_time_ns,
) -> Benchmark:
    """Time variants against each other, one call of each in every round.

    Garbage collection is off while calls are timed, PyTorch runs on `threads`, and both are put back.
    A runtime with threads of its own (`OnnxModel`) must be built with the same number.

    Args:
        variants: calls by name; `inference_call` makes one of a model and a batch.
        rounds: timed calls of each. 20 give a rough median, p99 wants several hundred.
        warmup: calls of each, interleaved too, that are not counted: caches fill, kernels are chosen.
        images_per_call: images that each call handles, the same for all, for the throughput.
        threads: for PyTorch. More than one on a busy machine measures the neighbours.
        seed: of the order within rounds, and of the bootstrap.
        data: name of the data set the calls work on, kept with the result.
        wall_clock: gives nanoseconds of elapsed time.
        cpu_clock: gives nanoseconds of this process's CPU time.

    Raises:
        InputError: no variants, or a count below its minimum.

    >>> measured = interleave({"a": lambda: sum(range(1000))}, rounds=5)
    >>> len(measured.timings["a"].wall_ns)
    5
    """
    if not variants:
        raise InputError("variants is empty: give at least one call to time.")
    whole(2, rounds=rounds)
    whole(0, warmup=warmup, seed=seed)
    if images_per_call is not None:
        whole(images_per_call=images_per_call)

    order = list(variants)
    shuffle = random.Random(seed).shuffle
    wall: dict[str, list[int]] = {name: [] for name in variants}
    cpu: dict[str, list[int]] = {name: [] for name in variants}
    with torch_threads(threads), _no_garbage_collection():
        for turn in range(-warmup, rounds):
            shuffle(order)
            for name in order:
                call = variants[name]
                cpu_start, start = cpu_clock(), wall_clock()
                result = call()
                end, cpu_end = wall_clock(), cpu_clock()
                del result  # here, so that freeing it is not timed as part of the next variant
                if turn >= 0:
                    wall[name].append(end - start)
                    cpu[name].append(cpu_end - cpu_start)
    timings = {name: Timing(tuple(wall[name]), tuple(cpu[name]), images_per_call) for name in variants}
    return Benchmark(timings, rounds, warmup, images_per_call, seed, data, machine(threads))


def inference_call(model: Callable[[Tensor], object], images: Tensor) -> Callable[[], object]:
    """A call that runs `model` on `images` as a server would: evaluation mode, no gradients.

    Args:
        model: a module in evaluation mode, or any callable such as an `OnnxModel`.
        images: (N, C, H, W) float32, one batch.

    Raises:
        InputError: the module is in training mode; its batch-norm would be timed doing something else.

    >>> inference_call(nn.ReLU().eval(), torch.tensor([-1.0, 2.0]))()
    tensor([0., 2.])
    """
    if isinstance(model, nn.Module) and model.training:
        raise InputError("the model is in training mode: call model.eval() before timing it.")

    devices = {images.device}
    if isinstance(model, nn.Module):
        devices |= {tensor.device for tensor in (*model.parameters(), *model.buffers())}

    def call() -> object:
        with torch.inference_mode():
            result = model(images)
            for device in devices:
                _wait_for(device)
            return result

    return call


def _wait_for(device: torch.device) -> None:
    """Until a device has run what was launched: the launch itself returns before the kernel has begun."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Run PyTorch's operators on `count` threads, and on as many as before afterwards.

    Raises:
        InputError: `count` is not a whole number of at least 1.

    >>> with torch_threads(1):
    ...     torch.get_num_threads()
    1
    """
    whole(threads=count)
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
