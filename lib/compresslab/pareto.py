"""Which of many compressed models are worth considering: those that no other beats on every count."""

import math
from collections.abc import Sequence

from compresslab.errors import InputError


def frontier(costs: Sequence[float], values: Sequence[float]) -> list[int]:
    """The non-dominated points where cost (bytes, milliseconds) is bad and value (accuracy) good.

    A point is dominated when another costs no more and is worth no less, and is strictly better in one of
    the two. Equal points do not dominate each other: all of them stay. Takes n log n.

    Args:
        costs: (n,) lower is better.
        values: (n,) higher is better, same order.

    Returns:
        Indices of the frontier by rising cost, equal points in the order given.

    Raises:
        InputError: lengths differ, or a number is NaN.

    Reference:
        Kung, Luccio and Preparata 1975, "On Finding the Maxima of a Set of Vectors".

    >>> frontier(costs=[4, 1, 2], values=[0.9, 0.7, 0.6])  # the last costs more than the second and is worth less
    [1, 0]
    """
    if len(costs) != len(values):
        raise InputError(f"{len(costs)} costs and {len(values)} values: give one of each a point.")
    for index, pair in enumerate(zip(costs, values, strict=True)):
        if any(math.isnan(number) for number in pair):
            raise InputError(f"point {index} is (cost, value) = {pair}: NaN cannot be ranked.")

    kept: list[int] = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i], i)):
        # All points before i cost no more, and the last one kept is worth the most of them.
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or equal or values[i] > values[kept[-1]]:
            kept.append(i)
    return kept
