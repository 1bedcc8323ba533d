"""What an instructor should look at before the points count. A flag takes no points: it is a reason to ask.

Each is a sentence. Thresholds leave room for what honest work shows: see `reference/grading/capstone_gaps.json`.
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from torch import Tensor

from classroom.capstone import rules
from classroom.capstone.measure import Measured

GAP_POINTS = 1.0  # that the gap's interval must lie above
ALIKE = 0.99  # of the images: what was trained or rounded otherwise orders ten classes otherwise on many


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
    """Pairs that put all classes in the same order on nearly all images, whatever the files look like.

    Logits that were scaled, shifted or turned into probabilities keep that order. Their distance would say less, and
    where they are too large for a sum of squares, nothing.

    Args:
        logits: (N, C) by name.

    >>> import torch
    >>> alike({"a": torch.tensor([[1.0, 2.0, 4.0]]), "b": torch.tensor([[3.0, 3.1, 9.0]]), "c": torch.eye(3)[:1]})
    [('a', 'b')]
    """
    orders = {name: each.argsort(dim=1, stable=True).to(torch.int16) for name, each in logits.items()}
    return [
        (first, second)
        for (first, one), (second, other) in combinations(orders.items(), 2)
        if float((one == other).all(1).double().mean()) >= ALIKE
    ]
