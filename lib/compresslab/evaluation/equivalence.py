"""Less than delta, with confidence: what "no significant difference" does not say.

Two one-sided tests (TOST): the models count as equivalent where both "worse by delta or more" and "better by delta or
more" are rejected, which is where the 1 - 2 alpha interval of the change lies within the margin. A release needs the
first of them only: not worse by delta. With few samples neither is shown, however alike the models are.

Reference:
    Schuirmann 1987, "A Comparison of the Two One-Sided Tests Procedure and the Power Approach for Assessing the
    Equivalence of Average Bioavailability".
"""

from dataclasses import dataclass

from numpy.typing import ArrayLike
from torch import Tensor

from compresslab.arguments import positive
from compresslab.errors import InputError
from compresslab.evaluation.intervals import Difference
from compresslab.evaluation.paired import accuracy_change


@dataclass(frozen=True)
class Equivalence:
    """What has been shown of a change in accuracy.

    Attributes:
        change: compressed less original, in percentage points; its interval covers 1 - 2 alpha.
        margin: in points, above 0.
        alpha: probability of a wrong claim, at most, for each of the claims.

    >>> from compresslab.evaluation import Interval
    >>> change = Difference(-0.3, Interval(-0.9, 0.2, 0.9), n=4000, groups=4000)
    >>> Equivalence(change, margin=0.5, alpha=0.05).verdict
    'not shown'
    """

    change: Difference
    margin: float
    alpha: float

    @property
    def not_worse(self) -> bool:
        """Whether a loss of `margin` or more is refuted (non-inferiority)."""
        return self.change.interval.low > -self.margin

    @property
    def equivalent(self) -> bool:
        """Whether a change of `margin` or more, either way, is refuted."""
        return self.not_worse and self.change.interval.high < self.margin

    @property
    def worse(self) -> bool:
        """Whether a loss of less than `margin` is refuted."""
        return self.change.interval.high < -self.margin

    @property
    def verdict(self) -> str:
        """What was shown: "equivalent", "not worse" or "worse"; or else "not shown"."""
        if self.equivalent:
            return "equivalent"
        return "not worse" if self.not_worse else "worse" if self.worse else "not shown"


def equivalence(
    original_correct: ArrayLike | Tensor,
    compressed_correct: ArrayLike | Tensor,
    groups: ArrayLike | Tensor | None = None,
    *,
    margin: float = 1.0,
    alpha: float = 0.05,
) -> Equivalence:
    """Test whether compression changed the accuracy by less than a margin, which is chosen before looking.

    Args:
        original_correct, compressed_correct: booleans (n,), whether each model was right; same samples, same order.
        groups: (n,) the source of each sample; None where samples are independent.
        margin: the smallest loss that would matter, in percentage points.
        alpha: probability of a wrong claim, above 0 and below 0.5.

    Raises:
        InputError: a setting is out of its range, or as `accuracy_change`.

    >>> right = [True] * 90 + [False] * 10
    >>> equivalence(right, right, margin=1).verdict, equivalence(right * 10, right * 10, margin=1).verdict
    ('not shown', 'equivalent')
    """
    positive(margin=margin)
    positive(alpha=alpha)
    if alpha >= 0.5:
        raise InputError(f"alpha={alpha} must be below 0.5: such as 0.05.")
    change = accuracy_change(original_correct, compressed_correct, groups, level=1 - 2 * alpha)
    return Equivalence(change, margin, alpha)
