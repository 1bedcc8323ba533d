"""When a warm-up is over: caches are full, kernels chosen, memory allocated, and the times no longer move.

A fixed number of warm-up calls is a guess: three are enough for a small network in eager PyTorch, and far too few for
one that is compiled on its first calls. Here the times themselves decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from compresslab.arguments import share, whole


@dataclass(frozen=True)
class UntilSteady:
    """Warm up until the median of the last `window` calls is within `tolerance` of the median of the `window` before.

    Times that fall by more than about tolerance/window a call are so kept out. What this cannot see is a change that
    comes later, such as a CPU that grows hot after a minute: for that, look at `Timing.drift` of the timed calls.

    Attributes:
        window: calls in each of the two groups.
        tolerance: the largest relative difference between their medians.
        limit: calls after which the warm-up ends in any case: the variant counts as never steady, and
            `Benchmark.doubt` says so.

    Raises:
        InputError: a setting is out of its range, or `limit` leaves no room for two windows.

    Reference:
        Barrett, Bolz-Tereick, Killick, Mount and Tratt 2017, "Virtual Machine Warmup Blows Hot and Cold": programs that
        never get steady are common, so a limit is needed, and its being reached must be told.

    >>> rule = UntilSteady(window=3, tolerance=0.1)
    >>> rule.holds([900, 500, 300, 101, 100, 99]), rule.holds([900, 500, 300, 101, 100, 99, 102, 98, 100])
    (False, True)
    """

    window: int = 10
    tolerance: float = 0.05
    limit: int = 200

    def __post_init__(self) -> None:
        whole(2, window=self.window)
        share(zero=False, one=False, hint="the relative difference that counts as none", tolerance=self.tolerance)
        whole(2 * self.window, None, "room for two windows", limit=self.limit)

    def holds(self, nanoseconds: Sequence[int]) -> bool:
        """Whether these calls, the latest last, end in a steady state."""
        if len(nanoseconds) < 2 * self.window:
            return False
        later, earlier = (
            median(part) for part in (nanoseconds[-self.window :], nanoseconds[-2 * self.window : -self.window])
        )
        return abs(later - earlier) <= self.tolerance * min(later, earlier)
