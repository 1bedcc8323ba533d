"""Points by steps that are known beforehand: for accuracy, bytes and time, each against the baseline.

Measured values have an error, so a step is reached where the better end of the value's interval reaches it. A learner
then never loses a step to noise; and two measurements of one file can differ only where its value lies within the
noise of that better end.
"""

from dataclasses import dataclass

_EXACT = 1e-9  # shares of whole counts are rounded in their last digit


@dataclass(frozen=True)
class Scale:
    """What is measured, and what it takes for a point more.

    Attributes:
        name: "accuracy", "size" or "time".
        means: what the limits are, for a sentence.
        unit: of the limits.
        limits: at most this for 1, 2, ... points.

    >>> SIZE.points(30.0), SIZE.next_limit(30.0), SIZE.next_limit(1.0)
    (2, 25.0, None)
    """

    name: str
    means: str
    unit: str
    limits: tuple[float, ...]

    def points(self, value: float) -> int:
        """Points for a value, of which less is better."""
        return sum(value <= limit + _EXACT for limit in self.limits)

    def next_limit(self, value: float) -> float | None:
        """What the next point takes; None where there is none."""
        reached = self.points(value)
        return self.limits[reached] if reached < len(self.limits) else None


ACCURACY = Scale("accuracy", "points of accuracy lost", "points", (6.0, 4.0, 2.0, 1.0, 0.0))
SIZE = Scale("size", "of the baseline's bytes", "%", (60.0, 40.0, 25.0, 8.0, 3.0))
TIME = Scale("time", "of the baseline's time", "%", (90.0, 70.0, 55.0, 30.0, 15.0))
SCALES = (ACCURACY, SIZE, TIME)
TARGET = 3  # points on each scale: the course's own goal
EACH = 2  # points of size, and as many of time, that a point of accuracy opens
MOST = sum(len(scale.limits) for scale in SCALES)


@dataclass(frozen=True)
class Points:
    """Points on each scale. Size and time earn at most `EACH` for a point of accuracy: an empty file is small and fast.

    >>> Points.of(lost=7.0, size_percent=5.0, time_percent=10.0).total
    0
    >>> Points.of(lost=6.0, size_percent=5.0, time_percent=10.0)
    Points(accuracy=1, size=2, time=2)
    """

    accuracy: int
    size: int
    time: int

    @classmethod
    def of(cls, *, lost: float, size_percent: float, time_percent: float) -> "Points":
        """The points of three values, each at its better end."""
        accuracy = ACCURACY.points(lost)
        most = EACH * accuracy
        return cls(accuracy, min(SIZE.points(size_percent), most), min(TIME.points(time_percent), most))

    @property
    def total(self) -> int:
        """All of them."""
        return self.accuracy + self.size + self.time


def table() -> str:
    """The steps as the assignment's text shows them, in Markdown.

    >>> print(table().splitlines()[2])
    | 1 | 6 points | 60% | 90% |
    """
    rows = zip(*(scale.limits for scale in SCALES), strict=True)
    lines = [
        f"| {number} | {accuracy:g} points | {size:g}% | {time:g}% |"
        for number, (accuracy, size, time) in enumerate(rows, 1)
    ]
    heading = "| points | accuracy lost, at most | bytes of the baseline's, at most | its time, at most |"
    return "\n".join([heading, "|---|---|---|---|", *lines])
