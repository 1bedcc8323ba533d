"""A histogram that grows with what it counts, and doesn't depend on the order in which it came."""

import math

import torch
from torch import Tensor

from compresslab.errors import InputError


class Histogram:
    """Counts of values in bins of equal width around zero.

    The width is a power of two: the smallest by which the bins reach the largest magnitude. When a larger value
    comes, neighbouring bins are added in pairs, which loses nothing of what the wider ones hold. So batches give
    exactly the counts that all values at once would give. Smallest and largest value are kept as they are.

    Args:
        bins: on each side of zero, a power of two. At least half of them are in use on the side of the largest
            magnitude.

    Raises:
        InputError: `bins` is no power of two.

    >>> histogram = Histogram()
    >>> histogram.add(torch.tensor([0.5, 0.5]))
    >>> histogram.add(torch.tensor([-3.0]))
    >>> values, counts = histogram.occupied()
    >>> counts.tolist(), histogram.low, histogram.high
    ([1, 2], -3.0, 0.5)
    """

    def __init__(self, bins: int = 8192) -> None:
        if bins < 1 or bins & (bins - 1):
            raise InputError(f"bins={bins} must be a power of two.")
        self._bins = bins
        self.low, self.high = math.inf, -math.inf
        self._exponent: int | None = None  # of the width; None while all that came is zero
        self._counts = torch.zeros(2 * bins, dtype=torch.int64)

    def add(self, values: Tensor) -> None:
        """Count these values, finite and at least one."""
        values = values.detach().flatten().cpu().double()
        low, high = values.aminmax()
        self.low, self.high = min(self.low, low.item()), max(self.high, high.item())
        largest = max(abs(self.low), abs(self.high))
        if largest > 0:
            self._widen(math.frexp(largest / self._bins)[1])
        width = self.width
        places = torch.floor(values / width).long() + self._bins
        self._counts += torch.bincount(places, minlength=2 * self._bins)

    @property
    def width(self) -> float:
        """Of a bin."""
        return 1.0 if self._exponent is None else math.ldexp(1.0, self._exponent)

    def occupied(self) -> tuple[Tensor, Tensor]:
        """The bins that hold a value: their middles, float64, ascending, and how many values each holds, int64."""
        (places,) = self._counts.nonzero(as_tuple=True)
        middles = (places.double() - self._bins + 0.5) * self.width
        # The middle of an outermost bin may lie beyond all values.
        return middles.clamp(self.low, self.high), self._counts[places]

    def _widen(self, exponent: int) -> None:
        before = self._exponent
        self._exponent = exponent if before is None else max(before, exponent)
        if before is None or exponent <= before:  # at first there are only zeros, which any width has in its place
            return
        pairings = min(exponent - before, self._bins.bit_length() - 1)  # after the last, each side is a single bin
        wide = self._counts.reshape(-1, 2**pairings).sum(1)
        self._counts = torch.zeros_like(self._counts)
        self._counts[self._bins - len(wide) // 2 : self._bins + len(wide) // 2] = wide
