"""Two of MLPerf Inference's four scenarios, on a scale that a course has time for.

Single stream: one query at a time, the next when the last is answered, as a phone's camera asks; what counts is a high
percentile of the latency. Offline: all samples lie ready, as the photographs of a night do; what counts is samples a
second. A result states how many queries it rests on, and whether that is as many and as long as MLPerf asks for: a
percentile of few queries is a guess, so a bound is given that holds with 99% confidence.

Reference: Reddi et al. 2020, "MLPerf Inference Benchmark".
"""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from compresslab.arguments import at_least, share, whole
from compresslab.benchmark.bootstrap import bootstrap_interval
from compresslab.benchmark.interleaved import Clock
from compresslab.benchmark.threads import no_garbage_collection, require_threads, torch_threads
from compresslab.evaluation import Interval, check_level
from compresslab.hardware import Machine, machine

MLPERF_SECONDS = 600.0
_ROUNDING = 1e-12  # of probabilities that are summed up
MLPERF_QUERIES, MLPERF_SAMPLES = 1_024, 24_576  # at least, in a single stream; offline


@dataclass(frozen=True)
class SingleStream:
    """Latency of one query at a time.

    Attributes:
        queries: that were answered.
        percentile: of the latencies, such as 90.
        latency_ms: at that percentile: this share of the queries took no longer.
        at_most_ms: with `confidence`, what this share of all further queries would not exceed lies no higher; None
            where there were too few queries to say so.
        confidence: of `at_most_ms`.
        seconds: that all queries took.
        machine: with its threads.

    >>> here = machine(threads=1)
    >>> SingleStream(50, 90, latency_ms=4.0, at_most_ms=4.4, confidence=0.99, seconds=0.2, machine=here).as_mlperf
    False
    """

    queries: int
    percentile: float
    latency_ms: float
    at_most_ms: float | None
    confidence: float
    seconds: float
    machine: Machine

    @property
    def as_mlperf(self) -> bool:
        """Whether there were as many queries, for as long, as MLPerf asks for: 1,024 in 600 s."""
        return self.queries >= MLPERF_QUERIES and self.seconds >= MLPERF_SECONDS

    def to_dict(self) -> dict[str, Any]:
        """Everything measured, ready for JSON."""
        return asdict(self) | {"machine": self.machine.to_dict(), "as_mlperf": self.as_mlperf}


@dataclass(frozen=True)
class Offline:
    """Throughput where all samples are there from the start.

    Attributes:
        samples: that were handled.
        batch_size: samples a call.
        samples_per_second: all samples over all of the time, slow calls included.
        interval: of `samples_per_second`, by a bootstrap of the calls.
        seconds: that everything took.
        machine: with its threads.

    >>> here = machine(threads=1)
    >>> Offline(1000, 50, 400.0, Interval(380.0, 410.0, 0.95), seconds=2.5, machine=here).as_mlperf
    False
    """

    samples: int
    batch_size: int
    samples_per_second: float
    interval: Interval
    seconds: float
    machine: Machine

    @property
    def as_mlperf(self) -> bool:
        """Whether there were as many samples, for as long, as MLPerf asks for: 24,576 in 600 s."""
        return self.samples >= MLPERF_SAMPLES and self.seconds >= MLPERF_SECONDS

    def to_dict(self) -> dict[str, Any]:
        """Everything measured, ready for JSON."""
        return asdict(self) | {"machine": self.machine.to_dict(), "as_mlperf": self.as_mlperf}


def single_stream(
    call: Callable[[], object],
    *,
    queries: int = MLPERF_QUERIES,
    seconds: float = 0.0,
    percentile: float = 90.0,
    confidence: float = 0.99,
    warmup: int = 10,
    threads: int = 1,
    wall_clock: Clock = time.perf_counter_ns,
) -> SingleStream:
    """Answer one query after the other, and give a percentile of their latencies.

    Args:
        call: answers one query.
        queries: at least so many.
        seconds: for at least so long; MLPerf asks for 600.
        percentile: above 0 and below 100; MLPerf takes 90.
        confidence: of the bound.
        warmup: calls that are not counted.
        threads: for PyTorch.
        wall_clock: gives nanoseconds of elapsed time.

    Raises:
        InputError: a setting is out of its range, or the call runs on another number of threads.

    >>> single_stream(lambda: sum(range(1000)), queries=64).queries
    64
    """
    share(zero=False, one=False, hint="a hundredth of a percentile such as 90", share_of_percentile=percentile / 100)
    check_level(confidence)
    taken = np.sort(_back_to_back(call, queries, seconds, warmup, threads, wall_clock)) / 1e6
    rank = bound_rank(len(taken), percentile, confidence)
    return SingleStream(
        queries=len(taken),
        percentile=percentile,
        latency_ms=float(taken[math.ceil(percentile / 100 * len(taken)) - 1]),
        at_most_ms=None if rank is None else float(taken[rank - 1]),
        confidence=confidence,
        seconds=float(taken.sum()) / 1e3,
        machine=machine(threads),
    )


def offline(
    call: Callable[[], object],
    *,
    batch_size: int,
    samples: int = 1_024,
    seconds: float = 0.0,
    level: float = 0.95,
    warmup: int = 3,
    threads: int = 1,
    seed: int = 0,
    wall_clock: Clock = time.perf_counter_ns,
) -> Offline:
    """Handle all samples as fast as may be, batch by batch.

    Args:
        call: handles one batch.
        batch_size: samples in it.
        samples: at least so many; MLPerf takes 24,576.
        seconds: for at least so long; MLPerf asks for 600.
        level: coverage of the interval.
        warmup: calls that are not counted.
        threads: for PyTorch.
        seed: of the bootstrap.
        wall_clock: gives nanoseconds of elapsed time.

    Raises:
        InputError: a setting is out of its range, or the call runs on another number of threads.

    >>> offline(lambda: sum(range(1000)), batch_size=8, samples=100).samples  # 13 whole batches
    104
    """
    whole(batch_size=batch_size, samples=samples)
    check_level(level)
    calls = math.ceil(samples / batch_size)
    taken = _back_to_back(call, calls, seconds, warmup, threads, wall_clock) / 1e9
    each = bootstrap_interval(taken, lambda draws: draws.mean(axis=1), level=level, resamples=2_000, seed=seed)
    return Offline(
        samples=len(taken) * batch_size,
        batch_size=batch_size,
        samples_per_second=batch_size / float(taken.mean()),
        interval=Interval(batch_size / each.high, batch_size / each.low, level),
        seconds=float(taken.sum()),
        machine=machine(threads),
    )


def queries_for(percentile: float, *, confidence: float = 0.99, margin: float | None = None) -> int:
    """Queries after which the share below a measured percentile is known to within a margin.

    Args:
        percentile: above 0 and below 100.
        confidence: that the true share lies within the margin.
        margin: as a share; a twentieth of what lies beyond the percentile where None, as MLPerf takes it.

    Raises:
        InputError: a setting is out of its range.

    >>> queries_for(90), queries_for(99)
    (23886, 262742)
    """
    p = percentile / 100
    share(zero=False, one=False, hint="a hundredth of a percentile such as 90", share_of_percentile=p)
    check_level(confidence)
    half = (1 - p) / 20 if margin is None else margin
    share(zero=False, one=False, margin=half)
    return round(NormalDist().inv_cdf(0.5 + confidence / 2) ** 2 * p * (1 - p) / half**2)


def bound_rank(queries: int, percentile: float, confidence: float) -> int | None:
    """The rank, from 1 for the fastest, of the query whose latency bounds the true percentile from above.

    The number of queries below the true percentile is binomial; the bound is the first rank that it stays below with
    this confidence. It needs no law of the latencies, only that queries don't depend on each other.

    Returns:
        None where even the slowest query may lie below the true percentile.

    >>> bound_rank(1024, 90, 0.99), bound_rank(40, 90, 0.99)
    (944, None)
    """
    whole(queries=queries)
    p = percentile / 100
    beyond = 0.0  # probability that so many queries, or more, lie below the percentile
    for count in range(queries, -1, -1):
        chosen = math.lgamma(queries + 1) - math.lgamma(count + 1) - math.lgamma(queries - count + 1)
        beyond += math.exp(chosen + count * math.log(p) + (queries - count) * math.log1p(-p))
        if beyond > 1 - confidence + _ROUNDING:
            return count + 1 if count < queries else None
    return 1


def _back_to_back(
    call: Callable[[], object], least: int, seconds: float, warmup: int, threads: int, clock: Clock
) -> np.ndarray:
    """Nanoseconds of each call, (n,) float64."""
    whole(2, queries=least)
    whole(0, warmup=warmup)
    at_least(0, seconds=seconds)
    require_threads({"the call": call}, threads)
    taken: list[int] = []
    with torch_threads(threads), no_garbage_collection():
        for _ in range(warmup):
            call()
        begin = clock()
        while len(taken) < least or clock() - begin < 1e9 * seconds:
            start = clock()
            result = call()
            taken.append(clock() - start)
            del result
    return np.array(taken, dtype=np.float64)
