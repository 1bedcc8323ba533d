"""Compare the speed of models fairly: interleaved, warmed up, single-threaded by default, with intervals.

Timing A a hundred times and then B a hundred times compares A's minute with B's minute: a machine that warms
up, or a neighbour who starts a job, decides the result. Here each round calls every variant once, in an order
shuffled anew, so that what happens to the machine happens to all of them; ratios are taken within rounds.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from compresslab.arguments import whole
from compresslab.benchmark.bootstrap import bootstrap_interval
from compresslab.benchmark.steady import UntilSteady
from compresslab.benchmark.threads import no_garbage_collection, require_threads, torch_threads
from compresslab.benchmark.timing import Ratio, Timing
from compresslab.errors import InputError
from compresslab.hardware import Machine, machine

Clock = Callable[[], int]  # nanoseconds, never falling
BUSY = "The machine was busy with something else while this was measured: do it again when it is idle."
_BUSY_FROM = 1.5  # elapsed time over computed time; on an idle machine the two are nearly the same


@dataclass(frozen=True)
class Benchmark:
    """The calls of all variants, with what is needed to repeat them.

    Attributes:
        timings: by name of the variant.
        rounds: timed calls of each.
        warmup: calls of each before those.
        images_per_call: batch size; None where a call is not about images.
        seed: of the order within rounds, and of the bootstrap.
        data: name of the data set that the calls worked on.
        machine: with the threads of the measurement.
        unsteady: variants whose times still moved when the limit of the warm-up was reached.

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
    unsteady: tuple[str, ...] = ()

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
        ratios = self._nanoseconds(reference, clock) / self._nanoseconds(name, clock)
        interval = bootstrap_interval(
            ratios, lambda draws: np.median(draws, axis=1), level=level, resamples=resamples, seed=self.seed
        )
        return Ratio(name, reference, float(np.median(ratios)), interval, len(ratios))

    def doubt(self, control: str = "", reference: str = "", *, level: float = 0.95) -> str:
        """Why these times should be measured again before anything is concluded; "" where nothing speaks against them.

        Args:
            control: a variant that is the same thing as `reference`: the interval of their ratio should cover 1.
            reference: a variant.
            level: coverage of that interval.

        Returns:
            A sentence, or several. They tell, too, when the calls waited for much longer than they computed (for other
            programs, or else for a device), and which variants were still not warm.

        >>> interleave({"a": lambda: sum(range(2000))}, rounds=20).doubt() in ("", BUSY)
        True
        """
        found = []
        waited = [np.sum(timing.wall_ns) / max(1, np.sum(timing.cpu_ns)) for timing in self.timings.values()]
        if max(waited) > _BUSY_FROM:
            found.append(BUSY)
        if self.unsteady:
            found.append(
                f"{', '.join(self.unsteady)} did not get steady in {self.warmup} calls: their times still moved when "
                "they began to be counted."
            )
        if control:
            ratio = self.ratio(control, reference, level=level)
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
            "unsteady": list(self.unsteady),
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
    warmup: int | UntilSteady = 10,
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
    Where a call fails, nothing is kept: its own error comes through, with a note that names the variant and the round.

    Args:
        variants: calls by name; `inference_call` makes one of a model and a batch.
        rounds: timed calls of each. 20 give a rough median, p99 wants several hundred.
        warmup: calls of each, interleaved too, that are not counted: caches fill, kernels are chosen. A rule instead of
            a number ends it once all variants are steady, or at its limit.
        images_per_call: images that each call handles, the same for all, for the throughput.
        threads: for PyTorch. More than one on a busy machine measures the neighbours.
        seed: of the order within rounds, and of the bootstrap.
        data: name of the data set the calls work on, kept with the result.
        wall_clock: gives nanoseconds of elapsed time.
        cpu_clock: gives nanoseconds of this process's CPU time.

    Raises:
        InputError: no variants, a count below its minimum, or a variant that runs on another number of threads.

    >>> measured = interleave({"a": lambda: sum(range(1000))}, rounds=5)
    >>> len(measured.timings["a"].wall_ns)
    5
    """
    if not variants:
        raise InputError("variants is empty: give at least one call to time.")
    whole(2, rounds=rounds)
    whole(0, seed=seed)
    if not isinstance(warmup, UntilSteady):
        whole(0, warmup=warmup)
    if images_per_call is not None:
        whole(images_per_call=images_per_call)
    require_threads(variants, threads)

    clocks = _Clocks(variants, random.Random(seed), wall_clock, cpu_clock)
    with torch_threads(threads), no_garbage_collection():
        used, unsteady = _warm_up(clocks, warmup)
        counted = [clocks.round(f"round {turn + 1} of {rounds}") for turn in range(rounds)]
    timings = {
        name: Timing(
            tuple(each[name][0] for each in counted), tuple(each[name][1] for each in counted), images_per_call
        )
        for name in variants
    }
    return Benchmark(timings, rounds, used, images_per_call, seed, data, machine(threads), unsteady)


@dataclass(frozen=True)
class _Clocks:
    """The variants and what times them."""

    variants: Mapping[str, Callable[[], object]]
    order: random.Random
    wall: Clock
    cpu: Clock

    def round(self, when: str) -> dict[str, tuple[int, int]]:
        """Wall and CPU nanoseconds of one call of each variant, in an order drawn anew."""
        taken: dict[str, tuple[int, int]] = {}
        names = list(self.variants)
        self.order.shuffle(names)
        for name in names:
            call = self.variants[name]
            try:
                cpu_start, start = self.cpu(), self.wall()
                result = call()
                end, cpu_end = self.wall(), self.cpu()
            except Exception as error:
                error.add_note(f"{name!r} failed in {when}: nothing of this benchmark was kept.")
                raise
            del result  # here, so that freeing it is not timed as part of the next variant
            taken[name] = end - start, cpu_end - cpu_start
        return taken


def _warm_up(clocks: _Clocks, warmup: int | UntilSteady) -> tuple[int, tuple[str, ...]]:
    """How many rounds were used, and which variants were not steady after them."""
    if not isinstance(warmup, UntilSteady):
        for turn in range(warmup):
            clocks.round(f"warm-up round {turn + 1} of {warmup}")
        return warmup, ()
    seen: dict[str, list[int]] = {name: [] for name in clocks.variants}
    moving = tuple(seen)
    for turn in range(warmup.limit):
        for name, (wall, _) in clocks.round(f"warm-up round {turn + 1}").items():
            seen[name].append(wall)
        moving = tuple(name for name, wall in seen.items() if not warmup.holds(wall))
        if not moving:
            break
    return len(next(iter(seen.values()))), moving
