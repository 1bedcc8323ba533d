"""Whether a compressed model behaves like the original: accuracy first, and all that accuracy hides."""

from compresslab.evaluation.agreement import agreement, check_logits
from compresslab.evaluation.intervals import (
    Difference,
    Interval,
    accuracy_difference,
    accuracy_interval,
    check_level,
    wilson,
)

__all__ = [
    "Difference",
    "Interval",
    "accuracy_difference",
    "accuracy_interval",
    "agreement",
    "check_level",
    "check_logits",
    "wilson",
]
