"""Range estimators: which part of an activation's values a few integers should cover.

Beyond the range values are clamped, within it they are rounded, and a wider range means coarser steps. `MinMax` never
clamps; the others give up the outermost values for finer steps: by a count (`Percentile`), or by the least loss
(`LeastLoss`), which is the squared error or the information lost. All look at one batch at a time. The result depends
on all values and not on how they were divided, except that of `MovingAverage`, whose memory fades.

References:
    Nagel et al. 2021, "A White Paper on Neural Network Quantization", section 3.1.
    Migacz 2017, "8-bit Inference with TensorRT" (entropy).
"""

import math
from collections.abc import Callable
from typing import Literal, Protocol, get_args

import torch
from torch import Tensor

from compresslab.arguments import one_of, share
from compresslab.errors import InputError
from compresslab.quantization.affine import fake_quantize, scale_and_zero_point
from compresslab.quantization.formats import UINT8, IntegerFormat
from compresslab.quantization.histogram import Histogram

RangeMethod = Literal["min_max", "moving_average", "percentile", "mse", "entropy"]
_CANDIDATES = 100


class RangeEstimator(Protocol):
    """What observes batches, and then names a range.

    >>> estimator: RangeEstimator = MinMax()
    >>> estimator.observe(torch.tensor([-1.0, 2.0]))
    >>> estimator.range()
    (-1.0, 2.0)
    """

    def observe(self, values: Tensor) -> None:
        """Take in a batch: floating point, any shape. InputError where it is empty or holds NaN or infinity."""

    def range(self) -> tuple[float, float]:
        """Ends of the range, low <= high. InputError where nothing has been observed."""


class MinMax:
    """The smallest and the largest value of all. One outlier in calibration costs every other value its precision.

    >>> estimator = MinMax()
    >>> for batch in torch.tensor([[1.0, 2.0], [-4.0, 0.0]]):
    ...     estimator.observe(batch)
    >>> estimator.range()
    (-4.0, 2.0)
    """

    def __init__(self) -> None:
        self._low, self._high = math.inf, -math.inf

    def observe(self, values: Tensor) -> None:
        low, high = _ends(values)
        self._low, self._high = min(self._low, low), max(self._high, high)

    def range(self) -> tuple[float, float]:
        return _observed(self._low, self._high)


class MovingAverage:
    """Averages of each batch's smallest and largest value, in which the latest batch weighs `momentum`.

    For training, during which ranges move. The order of the batches matters.

    Args:
        momentum: weight of the latest batch, above 0 to 1.

    Raises:
        InputError: `momentum` is out of its range.

    >>> estimator = MovingAverage(momentum=0.5)
    >>> for batch in torch.tensor([[0.0, 2.0], [0.0, 4.0]]):
    ...     estimator.observe(batch)
    >>> estimator.range()
    (0.0, 3.0)
    """

    def __init__(self, momentum: float = 0.01) -> None:
        share(zero=False, momentum=momentum)
        self._momentum = momentum
        self._low, self._high = math.inf, -math.inf

    def observe(self, values: Tensor) -> None:
        low, high = _ends(values)
        if self._low > self._high:
            self._low, self._high = low, high
        self._low += self._momentum * (low - self._low)
        self._high += self._momentum * (high - self._high)

    def range(self) -> tuple[float, float]:
        return _observed(self._low, self._high)


class Percentile:
    """The range that leaves out a share of the values at each end, to within a bin of the histogram.

    A bin is at most 1/4096 of the largest magnitude.

    Args:
        kept: share of the values that each end leaves on its inner side, 0.5 to 1: 0.9999 clamps one of ten thousand
            above, and one below.

    Raises:
        InputError: `kept` is out of its range.

    >>> estimator = Percentile(0.99)
    >>> estimator.observe(torch.linspace(0, 100, 10_001))
    >>> [round(end) for end in estimator.range()]
    [1, 99]
    """

    def __init__(self, kept: float = 0.9999) -> None:
        share(kept=kept)
        if kept < 0.5:
            raise InputError(f"kept={kept} would put the upper end below the lower one: give 0.5 to 1.")
        self._kept = kept
        self._histogram = Histogram()

    def observe(self, values: Tensor) -> None:
        _ends(values)
        self._histogram.add(values)

    def range(self) -> tuple[float, float]:
        _observed(self._histogram.low, self._histogram.high)
        values, counts = self._histogram.occupied()
        last = (int(counts.sum()) - 1) * self._kept
        below = counts.cumsum(0) - 1  # the place of each bin's last value, in ascending order
        above = counts.flip(0).cumsum(0) - 1
        # Rounding of a product such as 1e6 * 0.9999 must not decide by a place.
        high = values[int(torch.searchsorted(below.double(), last - 1e-6))].item()
        low = values.flip(0)[int(torch.searchsorted(above.double(), last - 1e-6))].item()
        return low, max(low, high)


RangeLoss = Callable[[Tensor, Tensor, Tensor, Tensor, IntegerFormat], float]
"""From values, how often each comes, scale, zero point and format to what quantizing them loses; all in float64."""


def squared_error(values: Tensor, counts: Tensor, scale: Tensor, zero_point: Tensor, format: IntegerFormat) -> float:
    """The sum of the squared errors of clamping and rounding.

    >>> from compresslab.quantization.formats import UINT8
    >>> values, counts = torch.tensor([0.4, 300.0]).double(), torch.tensor([2.0, 1.0]).double()
    >>> round(squared_error(values, counts, torch.tensor(1.0).double(), torch.tensor(0), UINT8), 2)  # 2 x 0.4^2 + 45^2
    2025.32
    """
    error = fake_quantize(values, scale, zero_point, format=format) - values
    return float((counts * error.square()).sum())


def divergence(values: Tensor, counts: Tensor, scale: Tensor, zero_point: Tensor, format: IntegerFormat) -> float:
    """The Kullback-Leibler divergence of what the integers say of the distribution from the clamped distribution.

    What lies beyond the range counts at its ends in the one, and nowhere in the other: so clamping is seen. In the
    other, each integer's share of the values is spread evenly over the values that round to it.

    Returns:
        In nats; infinite where most values lie beyond the range: with nearly all of them in one bin at its end, there
        would be little left to tell.

    >>> from compresslab.quantization.formats import UINT8
    >>> values, counts = torch.tensor([0.9, 1.1, 2.0]).double(), torch.tensor([3.0, 1.0, 4.0]).double()
    >>> round(divergence(values, counts, torch.tensor(1.0).double(), torch.tensor(0), UINT8), 4)  # 3, 1: now 2, 2
    0.0654
    """
    least, most = ((end - zero_point) * scale for end in (format.lowest, format.highest))
    inside = (values >= least) & (values <= most)
    if 2 * counts[inside].sum() < counts.sum():
        return math.inf
    shares, clamped = counts[inside], counts[inside].clone()
    clamped[0] += counts[values < least].sum()
    clamped[-1] += counts[values > most].sum()
    steps = (values[inside] / scale).round().long()
    steps -= steps.min()
    evenly = torch.bincount(steps, weights=shares) / torch.bincount(steps).clamp_min(1)
    p, q = clamped / clamped.sum(), evenly[steps] / shares.sum()
    return float((p * (p / q).log()).sum())


class LeastLoss:
    """The whole range, cut at ±t, with the t of the least loss, out of all hundredths of the largest magnitude.

    So where one side has outliers, that side is cut first.

    Args:
        loss: `squared_error` or `divergence`.
        format: of the integers that the range is for: the fewer they are, the more it pays to clamp.
        symmetric: whether they will be used symmetrically.
        bins: of the histogram, on each side of zero. The divergence compares bins: it needs several for each integer,
            and many values in each, lest it takes their chance for information; 2048 are usual.

    Raises:
        InputError: `bins` is no power of two.

    >>> from compresslab.quantization.formats import IntegerFormat
    >>> estimator = LeastLoss(squared_error, IntegerFormat(4, signed=False))
    >>> estimator.observe(torch.cat([torch.linspace(0, 1, 10_000), torch.tensor([10.0])]))
    >>> estimator.range()[1] < 4
    True
    """

    def __init__(
        self, loss: RangeLoss, format: IntegerFormat = UINT8, *, symmetric: bool = False, bins: int = 8192
    ) -> None:
        self._loss, self._format, self._symmetric = loss, format, symmetric
        self._histogram = Histogram(bins)

    def observe(self, values: Tensor) -> None:
        _ends(values)
        self._histogram.add(values)

    def range(self) -> tuple[float, float]:
        low, high = _observed(self._histogram.low, self._histogram.high)
        values, counts = self._histogram.occupied()
        best, least = (low, high), math.inf
        largest = max(-low, high)
        for number in range(_CANDIDATES, 0, -1):  # of equal losses, the one that clamps least
            cut = number / _CANDIDATES * largest
            candidate = min(max(low, -cut), cut), max(min(high, cut), -cut)
            scale, zero_point = scale_and_zero_point(*candidate, self._format, symmetric=self._symmetric)
            loss = self._loss(values, counts.double(), scale.double(), zero_point, self._format)
            if loss < least:
                best, least = candidate, loss
        return best


def range_estimator(method: RangeMethod, format: IntegerFormat = UINT8, *, symmetric: bool = False) -> RangeEstimator:
    """A new estimator by its name, with its usual settings.

    Args:
        method: "min_max", "moving_average", "percentile", "mse" or "entropy".
        format, symmetric: what the range is for.

    Raises:
        InputError: there is no such method.

    >>> type(range_estimator("mse")).__name__
    'LeastLoss'
    """
    one_of(get_args(RangeMethod), method=method)
    match method:
        case "min_max":
            return MinMax()
        case "moving_average":
            return MovingAverage()
        case "percentile":
            return Percentile()
        case "mse":
            return LeastLoss(squared_error, format, symmetric=symmetric)
        case "entropy":
            return LeastLoss(divergence, format, symmetric=symmetric, bins=2048)


def _ends(values: Tensor) -> tuple[float, float]:
    if not values.is_floating_point():
        raise InputError(f"values are {values.dtype}: observe floating-point ones.")
    if values.numel() == 0:
        raise InputError(f"values of shape {tuple(values.shape)} are empty: there is nothing to observe.")
    low, high = (end.item() for end in values.detach().aminmax())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise InputError(
            f"values of shape {tuple(values.shape)} hold NaN or infinity: no range can be taken from them."
        )
    return low, high


def _observed(low: float, high: float) -> tuple[float, float]:
    if low > high:
        raise InputError("nothing has been observed: give the estimator at least one batch first.")
    return low, high
