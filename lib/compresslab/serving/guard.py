"""When a version is taken back: too many failures, too slow, or another opinion too often.

Shares are judged by the lower end of their interval, so that two failures among three requests raise no alarm that two
hundred among ten thousand would not. Times are compared at equal batch sizes only: under a canary's small share the
batches are smaller, and a plain comparison of latencies would find the share, not the version.
"""

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from compresslab.arguments import positive, share, whole
from compresslab.evaluation import wilson


@dataclass(frozen=True)
class Limits:
    """What is borne.

    Attributes:
        error_rate: share of a version's requests that fail.
        slowdown: the candidate's time for a batch, over the live version's time for one of that size.
        disagreement: share of images to which the two give different classes.
        least: answers, or images, below which nothing is judged.
        window: latest answers of each version that count.
        level: of the interval whose lower end must be above a limit.

    Raises:
        InputError: a value is out of its range.

    >>> Limits(slowdown=2.0).error_rate
    0.02
    """

    error_rate: float = 0.02
    slowdown: float = 1.5
    disagreement: float = 0.1
    least: int = 30
    window: int = 500
    level: float = 0.99

    def __post_init__(self) -> None:
        share(error_rate=self.error_rate, disagreement=self.disagreement)
        share(level=self.level, zero=False, one=False)
        positive(slowdown=self.slowdown)
        whole(least=self.least)
        whole(self.least, window=self.window)


@dataclass(frozen=True)
class Verdict:
    """Why a version is to be taken back.

    Attributes:
        version: whose limit is exceeded.
        cause: "errors", "latency" or "disagreement"; a label of metrics.
        reason: with the figures, for people.

    >>> Verdict(2, "errors", "12 of 40 requests failed").cause
    'errors'
    """

    version: int
    cause: str
    reason: str


@dataclass
class _Seen:
    failures: deque[bool]
    seconds: Mapping[int, deque[float]]  # by batch size, rounded up to a power of two


@dataclass
class Guard:
    """Watches two versions. What it has seen is forgotten by `reset`, as when the traffic changes.

    Args:
        limits: what is borne.

    >>> guard = Guard(Limits(least=10))
    >>> for _ in range(10):
    ...     guard.answered(1, seconds=0.01, batch_images=1)
    ...     guard.failed(2)
    >>> guard.verdict(live=1, other=2, trial=True).reason
    '10 of the last 10 requests to version 2 failed'
    """

    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        self._seen: defaultdict[int, _Seen] = defaultdict(self._nothing)
        self._differing: deque[bool] = deque(maxlen=self.limits.window)

    def answered(self, version: int, *, seconds: float, batch_images: int) -> None:
        """Note an answer, and the model's time for the batch that it was computed in."""
        seen = self._seen[version]
        seen.failures.append(False)
        seen.seconds[_size_class(batch_images)].append(seconds)

    def failed(self, version: int) -> None:
        """Note that a request got no usable answer."""
        self._seen[version].failures.append(True)

    def compared(self, differing: int, images: int) -> None:
        """Note on how many of so many images the two versions named different classes."""
        self._differing.extend([True] * differing + [False] * (images - differing))

    def verdict(self, *, live: int, other: int, trial: bool) -> Verdict | None:
        """What exceeds a limit; None where nothing does, or too little was seen.

        On trial, the candidate is judged: a live version that fails is no reason to go on to an untried one. After a
        promotion the live version is, by its errors.

        Args:
            live, other: the versions.
            trial: whether `other` is the candidate; else it is what was live before.
        """
        suspect = other if trial else live
        failures = self._seen[suspect].failures
        if self._exceeds(failures, self.limits.error_rate):
            found = f"{sum(failures)} of the last {len(failures)} requests to version {suspect} failed"
            return Verdict(suspect, "errors", found)
        if not trial:
            return None
        if self._exceeds(self._differing, self.limits.disagreement):
            found = (
                f"{sum(self._differing)} of {len(self._differing)} images got another class than from version {live}"
            )
            return Verdict(other, "disagreement", found)
        slowdown = self.slowdown(live=live, other=other)
        if slowdown is not None and slowdown > self.limits.slowdown:
            return Verdict(other, "latency", f"takes {slowdown:.2f} times as long as version {live} on equal batches")
        return None

    def slowdown(self, *, live: int, other: int) -> float | None:
        """How many times as long `other` takes, at equal batch sizes; None where too few answers can be compared.

        The median at each size that both have computed, weighted by the answers of the version that has fewer.
        """
        ours, theirs = self._seen[live].seconds, self._seen[other].seconds
        weights = {size: min(len(ours[size]), len(theirs[size])) for size in ours.keys() & theirs.keys()}
        total = sum(weights.values())
        if total < self.limits.least:
            return None
        logarithms = (n * math.log(median(theirs[size]) / median(ours[size])) for size, n in weights.items())
        return math.exp(sum(logarithms) / total)

    def _nothing(self) -> _Seen:
        window = self.limits.window
        return _Seen(deque(maxlen=window), defaultdict(lambda: deque(maxlen=window)))

    def _exceeds(self, events: deque[bool], limit: float) -> bool:
        if len(events) < self.limits.least:
            return False
        return wilson(sum(events), len(events), self.limits.level).low > limit


def _size_class(images: int) -> int:
    return 1 << (images - 1).bit_length()
