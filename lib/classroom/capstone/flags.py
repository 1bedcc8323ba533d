"""What an instructor should look at before the points count. A flag takes no points: it is a reason to ask.

Each is a sentence. Thresholds leave room for what honest work shows: see `reference/grading/capstone_gaps.json`.
"""

from collections.abc import Mapping
from itertools import combinations

from torch import Tensor

from classroom.capstone import rules
from classroom.capstone.measure import Measured

GAP_POINTS = 1.0  # that the gap's interval must lie above
ALIKE = 1e-3  # of the logits' size: two trainings differ by hundreds of times that


def of_one(name: str, measured: Measured) -> list[str]:
    """What one file alone shows.

    Args:
        name: of the file, as the learner called it.
        measured: its figures.
    """
    found = list(measured.notes)
    if rules.claims_integers(name) and rules.mostly_float(measured.weights) and rules.CLAIMED not in found:
        found.append(rules.CLAIMED)
    low, high = measured.gap.interval.low, measured.gap.interval.high
    if low > GAP_POINTS:
        found.append(
            f"it loses {measured.gap.points:.1f} points [{low:.1f}, {high:.1f}] more on the copies than the baseline "
            "does: were the test images in its training?"
        )
    return found


def alike(logits: Mapping[str, Tensor]) -> list[tuple[str, str]]:
    """Pairs whose logits on the same images are the same but for rounding, whatever the files look like.

    Args:
        logits: (N, C) by name.

    >>> import torch
    >>> alike({"a": torch.ones(2, 3), "b": torch.ones(2, 3) + 1e-6, "c": torch.zeros(2, 3)})
    [('a', 'b')]
    """
    return [
        (first, second)
        for (first, one), (second, other) in combinations(logits.items(), 2)
        if float((one - other).norm()) <= ALIKE * float(one.norm())
    ]
