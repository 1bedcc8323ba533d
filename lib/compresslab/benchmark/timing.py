"""What was measured of one variant, its calls, and of two, their ratio."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from compresslab.arguments import at_least
from compresslab.benchmark.bootstrap import bootstrap_interval
from compresslab.errors import InputError
from compresslab.evaluation import Interval


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

    def latency_interval(
        self, percentile: float, *, level: float = 0.95, resamples: int = 2_000, seed: int = 0
    ) -> Interval:
        """Bootstrap interval of `latency_ms`.

        No resampling shows what is rarer than one call in all that were timed: of a percentile beyond 100 - 100/rounds
        it only says how long the slowest few calls took.

        >>> Timing((5_000_000,) * 9, (5_000_000,) * 9, None).latency_interval(50)
        Interval(low=5.0, high=5.0, level=0.95)
        """
        self.latency_ms(percentile)  # refuses what is no percentile
        milliseconds = np.array(self.wall_ns, dtype=np.float64) / 1e6
        return bootstrap_interval(
            milliseconds,
            lambda draws: np.percentile(draws, percentile, axis=1),
            level=level,
            resamples=resamples,
            seed=seed,
        )

    @property
    def drift(self) -> float:
        """How much longer the second half of the calls took than the first, by their medians: 0.1 is 10%.

        Far from 0 the calls have no one latency: the machine grew hot, or was not warm yet, or got a neighbour.
        """
        half = len(self.wall_ns) // 2
        return float(np.median(self.wall_ns[half:]) / np.median(self.wall_ns[:half]) - 1)

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

    def differs(self, margin: float = 0.02) -> bool:
        """Whether one is faster than the other by more than `margin`, which the whole interval has to show.

        The interval only knows what varies from round to round. Two instances of one network also differ by a percent
        or so, for as long as they live, by where their weights lie in memory: the margin is for that. In 20 trials on a
        busy machine, 99% intervals of CPU time with this margin found a slowdown of 10% in all, and none between two
        instances of the same network (`reference/measuring/self_test.json`).

        >>> Ratio("fp32 again", "fp32", 1.01, Interval(1.005, 1.015, 0.99), rounds=100).differs()
        False
        """
        at_least(0, margin=margin)
        return self.interval.low > 1 + margin or self.interval.high < 1 / (1 + margin)

    def exceeds(self, control: "Ratio") -> bool:
        """Whether this is faster by more than `control`, the ratio of two equal things, differs from 1 either way.

        A control below 1 is no licence: what it misses by could as well have been added to this ratio.

        >>> again = Ratio("fp32 again", "fp32", 0.95, Interval(0.94, 0.97, 0.95), rounds=100)
        >>> Ratio("int8", "fp32", 1.02, Interval(1.01, 1.03, 0.95), rounds=100).exceeds(again)
        False
        """
        return self.interval.low > max(control.interval.high, 1 / control.interval.low)
