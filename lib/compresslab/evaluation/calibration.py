"""Whether a model is right as often as it is sure: reliability by bins of confidence, and the error that sums it up.

Bins are open below and closed above, but for the first, which holds 0 too. So a confidence of exactly 1.0, which
quantized logits give often, lies in the last bin instead of beyond it.

References:
    Naeini et al. 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning"; Guo et al. 2017, "On
    Calibration of Modern Neural Networks".
    Nixon et al. 2019, "Measuring Calibration in Deep Learning" (bins of equal mass).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from compresslab.arguments import one_of, whole
from compresslab.errors import InputError
from compresslab.evaluation.inputs import booleans, check_labels

Binning = Literal["width", "mass"]


@dataclass(frozen=True)
class Reliability:
    """What was promised and what was kept, by bins of confidence; bins without a sample are left out.

    Attributes:
        low, high: ends of each bin.
        count: samples in each.
        confidence: their mean confidence.
        accuracy: share of them that is right.

    >>> found = Reliability((0.5,), (1.0,), count=(10,), confidence=(0.9,), accuracy=(0.7,))
    >>> round(found.expected_error, 3)
    0.2
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    count: tuple[int, ...]
    confidence: tuple[float, ...]
    accuracy: tuple[float, ...]

    @property
    def n(self) -> int:
        """Number of samples."""
        return sum(self.count)

    @property
    def expected_error(self) -> float:
        """Expected calibration error (ECE): mean gap of confidence and accuracy, weighted by samples; 0 to 1."""
        gaps = zip(self.count, self.confidence, self.accuracy, strict=True)
        return sum(count * abs(confidence - accuracy) for count, confidence, accuracy in gaps) / self.n

    @property
    def largest_error(self) -> float:
        """Maximum calibration error (MCE): the largest gap of a bin, however few samples it has."""
        return max(abs(sure - right) for sure, right in zip(self.confidence, self.accuracy, strict=True))

    @property
    def overconfidence(self) -> float:
        """Mean confidence less accuracy; below 0 for a model that is too modest."""
        gaps = zip(self.count, self.confidence, self.accuracy, strict=True)
        return sum(count * (confidence - accuracy) for count, confidence, accuracy in gaps) / self.n


def reliability(
    confidence: ArrayLike | Tensor, correct: ArrayLike | Tensor, *, bins: int = 15, by: Binning = "width"
) -> Reliability:
    """Sort samples into bins of confidence, and compare what each bin promised with what it kept.

    Args:
        confidence: (n,) probability of the class that the model answers, 0 to 1.
        correct: booleans (n,).
        bins: how many. More make the error larger: compare only errors of as many bins.
        by: "width": equal parts of 0 to 1, most of which hold hardly a sample of a good model; "mass": so that bins
            hold equally many samples, as far as equal confidences, which stay together, allow it.

    Raises:
        InputError: a confidence is not between 0 and 1, lengths differ, or a setting is unknown.

    >>> found = reliability([0.6, 0.8, 1.0, 1.0], [False, True, True, True], bins=2)
    >>> found.count, round(found.expected_error, 2)  # all above 0.5, also the last two
    ((4,), 0.1)
    """
    one_of(("width", "mass"), by=by)
    whole(bins=bins)
    right = booleans("correct", correct)
    sure = np.asarray(confidence, dtype=np.float64)
    if sure.shape != right.shape:
        raise InputError(f"confidence has shape {sure.shape} and correct {right.shape}: give one of each a sample.")
    if not ((sure >= 0) & (sure <= 1)).all():
        raise InputError("confidence holds values that are not between 0 and 1: give probabilities, not logits.")
    ends = np.linspace(0, 1, bins + 1)
    if by == "mass":
        ends = np.quantile(sure, ends)
    place = np.searchsorted(ends[1:-1], sure, side="left")  # the last bin has no upper end to fall out of
    filled, place = np.unique(place, return_inverse=True)
    count = np.bincount(place)
    return Reliability(
        low=tuple(ends[filled].tolist()),
        high=tuple(ends[filled + 1].tolist()),
        count=tuple(count.tolist()),
        confidence=tuple((np.bincount(place, sure) / count).tolist()),
        accuracy=tuple((np.bincount(place, right) / count).tolist()),
    )


def expected_calibration_error(logits: Tensor, labels: Tensor, *, bins: int = 15, by: Binning = "width") -> float:
    """ECE of a classifier: mean gap between how sure it is and how often it is right, 0 to 1.

    It is never 0, not even for a model without a flaw: `chance_error` says what such a model would show.

    Args:
        logits: (n, classes).
        labels: (n,) int64.
        bins, by: as in `reliability`.

    Raises:
        InputError: a label is no class, a logit is not finite, or as `reliability`.

    >>> import torch
    >>> logits = torch.tensor([[0.0, 3.0]]).log1p().repeat(10, 1)  # 80% for class 1
    >>> round(expected_calibration_error(logits, torch.tensor([1] * 7 + [0] * 3)), 2)
    0.1
    """
    return reliability(*confidence_and_correct(logits, labels), bins=bins, by=by).expected_error


def confidence_and_correct(logits: Tensor, labels: Tensor) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Probability of the answered class, and whether it is right; (n,) each.

    Raises:
        InputError: a label is no class, or a logit is not finite.

    >>> import torch
    >>> confidence_and_correct(torch.tensor([[0.0, 0.0]]), torch.tensor([0]))
    (array([0.5]), array([ True]))
    """
    check_labels(logits, labels)
    sure = logits.double().softmax(1).amax(1).clamp(max=1)
    return sure.cpu().numpy(), (logits.argmax(1) == labels).cpu().numpy()


def chance_error(
    confidence: ArrayLike | Tensor, *, bins: int = 15, by: Binning = "width", draws: int = 200, seed: int = 0
) -> float:
    """The ECE that a perfectly calibrated model of these confidences shows on average, because bins are finite.

    Args:
        confidence: (n,) probability of the answered class, 0 to 1.
        bins, by: as in `reliability`.
        draws: how often to decide anew, by its confidence, whether each sample is right.
        seed: of the draws.

    Raises:
        InputError: as `reliability`, or a setting is out of its range.

    >>> few, many = (chance_error([0.8] * n, by="mass") for n in (25, 2500))
    >>> round(few, 2), round(many, 3)
    (0.06, 0.007)
    """
    whole(draws=draws)
    whole(0, seed=seed)
    sure = np.asarray(confidence, dtype=np.float64)
    rng = np.random.default_rng(seed)
    errors = [reliability(sure, rng.random(sure.shape) < sure, bins=bins, by=by) for _ in range(draws)]
    return float(np.mean([error.expected_error for error in errors]))
