"""Was too much taken? Decided by an interval: a point within the tolerance may be luck.

Reference: Walker and Nowacki 2011, "Understanding Equivalence and Noninferiority Testing".
"""

from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike
from torch import Tensor

from compresslab.arguments import positive
from compresslab.errors import InputError
from compresslab.evaluation import accuracy_change

Decision = Literal["accept", "reject", "undecided"]


@dataclass(frozen=True)
class Verdict:
    """What a guard says of a compressed model, in percentage points against the original.

    Attributes:
        points: accuracy of the compressed model less the original's.
        low, high: one-sided bounds, each at `level`: it loses at most -low, and at least -high.
        tolerance_points: how much it may lose.
        level: confidence of each bound.
        n, groups: samples, and groups of them that were resampled.

    >>> found = Verdict(points=-0.2, low=-0.6, high=0.1, tolerance_points=1.0, level=0.95, n=2000, groups=450)
    >>> found.decision, found.least_tolerance_points
    ('accept', 0.6)
    """

    points: float
    low: float
    high: float
    tolerance_points: float
    level: float
    n: int
    groups: int

    @property
    def decision(self) -> Decision:
        """Accepted where it is shown to lose less than the tolerance, rejected where more; else more samples decide."""
        if self.low > -self.tolerance_points:
            return "accept"
        return "reject" if self.high < -self.tolerance_points else "undecided"

    @property
    def least_tolerance_points(self) -> float:
        """The tightest tolerance that these samples would have accepted."""
        return max(0.0, -self.low)


def guard(
    compressed_correct: ArrayLike | Tensor,
    original_correct: ArrayLike | Tensor,
    groups: ArrayLike | Tensor | None = None,
    *,
    tolerance_points: float,
    level: float = 0.95,
) -> Verdict:
    """Non-inferiority with a margin: is the loss of accuracy below the tolerance, with `level` confidence?

    The bounds are those of `evaluation.accuracy_change`, which stay honest where hardly an answer changed: a bootstrap
    can't draw a loss of which the samples hold none.

    Args:
        compressed_correct, original_correct: booleans (n,), whether each model was right; same samples, same order.
        groups: (n,) source of each sample; None where samples are independent.
        tolerance_points: the most that may be lost, in percentage points, above 0; chosen before looking.
        level: confidence of each bound, above 0.5.

    Raises:
        InputError: as `accuracy_change`, or a tolerance that isn't positive: no number of samples shows that
            nothing at all was lost.

    >>> many = [True] * 900 + [False] * 100
    >>> [guard(right, right, tolerance_points=1.0).decision for right in (many, many[::50])]
    ['accept', 'undecided']
    """
    positive(tolerance_points=tolerance_points)
    if not 0.5 < level < 1:
        raise InputError(f"level={level} must be above 0.5 and below 1: such as 0.95.")
    found = accuracy_change(original_correct, compressed_correct, groups, level=2 * level - 1)
    return Verdict(
        points=found.points,
        low=found.interval.low,
        high=found.interval.high,
        tolerance_points=tolerance_points,
        level=level,
        n=found.n,
        groups=found.groups,
    )
