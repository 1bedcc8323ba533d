"""What a comparison of two models found, as the gate, the page and the JSON file take it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor

from compresslab.evaluation import (
    Churn,
    CriticalFailure,
    Difference,
    Equivalence,
    GroupHarm,
    Interval,
    McNemar,
    Reliability,
)
from compresslab.hardware import Machine
from compresslab.report.samples import Samples
from compresslab.report.subject import Classifier


@dataclass(frozen=True)
class Calibration:
    """How well one model's confidence fits, before and after temperature scaling.

    Attributes:
        reliability: by bins of equal width.
        error_width, error_mass: ECE with bins of equal width and of equal mass, 0 to 1.
        error_by_chance: the ECE that a perfectly calibrated model of these confidences would show.
        temperature: fitted on the validation images; None where there are none, or where none is best.
        error_scaled: ECE (equal width) after dividing by it.
        why_not_scaled: where there is no temperature.

    >>> bins = Reliability((0.5,), (1.0,), count=(9,), confidence=(0.9,), accuracy=(0.9,))
    >>> Calibration(bins, 0.0, 0.0, 0.02, None, None, "there are no validation images").error_mass
    0.0
    """

    reliability: Reliability
    error_width: float
    error_mass: float
    error_by_chance: float
    temperature: float | None
    error_scaled: float | None
    why_not_scaled: str


@dataclass(frozen=True)
class Corrupted:
    """Accuracy of both models on images that were corrupted in one way.

    Attributes:
        corruption, strength: which.
        original_accuracy, compressed_accuracy: shares, 0 to 1.
        change: compressed less original, in points.

    >>> none = Difference(0.0, Interval(-1.0, 1.0, 0.95), n=300, groups=300)
    >>> Corrupted("blur", 3, 0.8, 0.8, none).strength
    3
    """

    corruption: str
    strength: int
    original_accuracy: float
    compressed_accuracy: float
    change: Difference


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two models, compared.

    Attributes:
        samples: on which.
        original, compressed: the files.
        original_logits, compressed_logits: (n, classes).
        classes: names, as many as the models have.
        accuracies, intervals: shares, of the original and the compressed model.
        equivalent: within the margin or not, with the change and its interval of 1 - 2 alpha.
        change: the same change with the interval that is shown.
        mcnemar: of the fixed and broken samples.
        churn: counts.
        agreement, top_k, k: shares of samples, and mean share of the k likeliest classes.
        divergence_mean, divergence_p99: nats.
        correlation, consistency: of errors; None where a model never errs, or always.
        calibrations: of the original and the compressed model.
        by_class: harm; empty where only one class has samples.
        untested: classes without a sample.
        by_group: harm by what the groups are called.
        critical: broken, and sure.
        critical_confidence: from which.
        corrupted: empty where images are no pixels.
        corrupted_images: how many images were corrupted.
        outliers: AUROC of both models by score.
        unknown: what the unknown images were.
        notes: what could not be measured, and why.
    """

    samples: Samples
    original: Classifier
    compressed: Classifier
    original_logits: Tensor
    compressed_logits: Tensor
    classes: tuple[str, ...]
    accuracies: tuple[float, float]
    intervals: tuple[Interval, Interval]
    equivalent: Equivalence
    change: Difference
    mcnemar: McNemar
    churn: Churn
    agreement: float
    top_k: float
    k: int
    divergence_mean: float
    divergence_p99: float
    correlation: float | None
    consistency: float | None
    calibrations: tuple[Calibration, Calibration]
    by_class: tuple[GroupHarm, ...]
    untested: tuple[str, ...]
    by_group: Mapping[str, tuple[GroupHarm, ...]]
    critical: tuple[CriticalFailure, ...]
    critical_confidence: float
    corrupted: tuple[Corrupted, ...]
    corrupted_images: int
    outliers: Mapping[str, tuple[float, float]]
    unknown: str
    seed: int
    machine: Machine
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """All figures, as JSON holds them."""
        files = {
            role: {"path": str(model.path), "sha256": model.sha256, "size_bytes": model.size_bytes}
            for role, model in (("original", self.original), ("compressed", self.compressed))
        }
        left_out = ("samples", "original", "compressed", "original_logits", "compressed_logits", "machine")
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in left_out}
        return {
            "models": files,
            "data": {"name": self.samples.name, "n": len(self.samples), "sources": self.change.groups},
            **{name: _plain(value) for name, value in values.items()},
            "equivalence": self.equivalent.verdict,
            "machine": self.machine.to_dict(),
        }


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value
