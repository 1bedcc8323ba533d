"""The gate: thresholds, and whether a comparison passes them, with a reason for each.

Accuracy is held to evidence: a loss of the margin or more must be refuted, so that a test set that is too small does
not pass. A group fails where a harm of more than its threshold has been shown; a group of three shows nothing either
way, and its interval says so.
"""

import difflib
import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from compresslab.arguments import at_least, positive, share
from compresslab.errors import InputError
from compresslab.evaluation import GroupHarm
from compresslab.report.results import Comparison

_SECTION = "gate"


@dataclass(frozen=True)
class Gate:
    """Thresholds. All but the first may be None, which leaves the check out.

    Attributes:
        accuracy_margin_points: a loss of accuracy this large must be refuted, at 95%.
        group_loss_points: no class or group may be shown to lose more.
        group_excess_points: nor to lose more than all others by more than this: disparate impact.
        churn: largest share of images with another answer.
        divergence_nats: largest mean KL divergence.
        calibration_error_increase: largest increase of the ECE (equal width), 0 to 1.
        critical_failures: largest share of images that broke, and of whose wrong answer the model is sure.
        critical_confidence: sure from this confidence.
        corruption_loss_points: largest mean loss of accuracy over all corruptions and strengths.
        outlier_auroc_loss: largest loss of AUROC of the largest probability, 0 to 1.

    Raises:
        InputError: a threshold is out of its range.

    >>> Gate(churn=0.02).churn
    0.02
    """

    accuracy_margin_points: float = 1.0
    group_loss_points: float | None = 5.0
    group_excess_points: float | None = 2.0
    churn: float | None = 0.05
    divergence_nats: float | None = None
    calibration_error_increase: float | None = 0.02
    critical_failures: float | None = 0.01
    critical_confidence: float = 0.8
    corruption_loss_points: float | None = 3.0
    outlier_auroc_loss: float | None = 0.05

    def __post_init__(self) -> None:
        positive(accuracy_margin_points=self.accuracy_margin_points)
        share(critical_confidence=self.critical_confidence)
        for name in ("group_loss_points", "group_excess_points", "divergence_nats", "corruption_loss_points"):
            if (value := getattr(self, name)) is not None:
                at_least(0, **{name: value})
        for name in ("churn", "calibration_error_increase", "critical_failures", "outlier_auroc_loss"):
            if (value := getattr(self, name)) is not None:
                share(**{name: value})


@dataclass(frozen=True)
class Check:
    """One threshold, applied.

    Attributes:
        name: of the check.
        passed: whether the comparison is within the threshold.
        reason: what was found, and the threshold, in a sentence.

    >>> Check("churn", True, "1.0% of the answers changed; at most 5.0% may.").passed
    True
    """

    name: str
    passed: bool
    reason: str


@dataclass(frozen=True)
class Verdict:
    """All checks.

    >>> Verdict((Check("churn", False, "9.0% of the answers changed; at most 5.0% may."),)).line
    'FAIL: 9.0% of the answers changed; at most 5.0% may.'
    """

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def line(self) -> str:
        """The verdict in one line: what failed, or how many checks passed."""
        failed = [check.reason for check in self.checks if not check.passed]
        if failed:
            return "FAIL: " + " ".join(failed)
        return f"PASS: {len(self.checks)} of {len(self.checks)} checks. {self.checks[0].reason}"


def read_gate(path: str | os.PathLike[str]) -> Gate:
    """Read thresholds from the table [gate] of a TOML file. What it doesn't name keeps its default; "off" is none.

    Raises:
        InputError: the file cannot be read, names an unknown threshold, or a value out of its range.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "gate.toml").write_text('gate = {churn = 0.01, group_loss_points = "off"}')
    ...     found = read_gate(Path(folder, "gate.toml"))
    >>> found.churn, found.group_loss_points, found.accuracy_margin_points
    (0.01, None, 1.0)
    """
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}. Name a TOML file of thresholds.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not TOML ({error}): mend it.") from error
    if set(content) != {_SECTION} or not isinstance(content[_SECTION], dict):
        found = ", ".join(content) or "nothing"
        raise InputError(f"{path} holds {found}: put thresholds, and nothing else, under [{_SECTION}].")
    names = [threshold.name for threshold in fields(Gate)]
    values: dict[str, Any] = {}
    for name, value in content[_SECTION].items():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(names)}."
            raise InputError(f"{path} names the threshold {name}, which is not known: {hint}")
        values[name] = None if value == "off" else value
    for name in ("accuracy_margin_points", "critical_confidence"):
        if name in values and values[name] is None:
            raise InputError(f"{path} turns {name} off: give it a number; without it nothing is decided.")
    return Gate(**values)


def judge(comparison: Comparison, gate: Gate) -> Verdict:
    """Apply every threshold that is set and can be applied."""
    return Verdict(tuple(_checks(comparison, gate)))


def _checks(found: Comparison, gate: Gate) -> Iterable[Check]:
    yield _accuracy(found)
    groups = [("class", harm) for harm in found.by_class]
    groups += [(name, harm) for name, harms in found.by_group.items() for harm in harms]
    if groups and gate.group_loss_points is not None:
        yield _group_loss(groups, gate.group_loss_points)
    if groups and gate.group_excess_points is not None:
        yield _group_excess(groups, gate.group_excess_points)
    if gate.churn is not None:
        rate = found.churn.rate
        yield Check("churn", rate <= gate.churn, f"{rate:.1%} of the answers changed; at most {gate.churn:.1%} may.")
    if gate.divergence_nats is not None:
        mean = found.divergence_mean
        reason = f"The mean divergence is {mean:.3g} nats; at most {gate.divergence_nats:g} may be."
        yield Check("divergence", mean <= gate.divergence_nats, reason)
    if gate.calibration_error_increase is not None:
        before, after = (model.error_width for model in found.calibrations)
        reason = (
            f"The calibration error went from {before:.1%} to {after:.1%}; it may rise by "
            f"{100 * gate.calibration_error_increase:g} points."
        )
        yield Check("calibration", after - before <= gate.calibration_error_increase, reason)
    if gate.critical_failures is not None:
        count = len(found.critical)
        reason = (
            f"{count} of {found.churn.n} images broke with a confidence of {found.critical_confidence:.0%} or more; at "
            f"most {gate.critical_failures:.1%} may."
        )
        yield Check("critical failures", count / found.churn.n <= gate.critical_failures, reason)
    if found.corrupted and gate.corruption_loss_points is not None:
        loss = -sum(part.change.points for part in found.corrupted) / len(found.corrupted)
        most = gate.corruption_loss_points
        reason = (
            f"On corrupted images accuracy changed by {-loss:+.2f} points in the mean; at most {most:g} may be lost."
        )
        yield Check("corruptions", loss <= most, reason)
    if gate.outlier_auroc_loss is not None:
        before, after = found.outliers["max_softmax"]
        most = gate.outlier_auroc_loss
        reason = f"AUROC for unknown images went from {before:.3f} to {after:.3f}; it may fall by {most:g}."
        yield Check("unknown images", before - after <= most, reason)


def _accuracy(found: Comparison) -> Check:
    result = found.equivalent
    low, high = result.change.interval.low, result.change.interval.high
    margin = f"{result.margin:g} point{'' if result.margin == 1 else 's'}"
    confidence = f"{1 - result.alpha:.0%} confidence"
    interval = f"{result.change.interval.level:.0%} interval {low:+.2f} to {high:+.2f}"
    seen = f"Accuracy changed by {result.change.points:+.2f} points ({interval})"
    if result.not_worse:
        return Check("accuracy", True, f"{seen}: less than {margin} was lost, with {confidence}.")
    if result.worse:
        return Check("accuracy", False, f"{seen}: more than {margin} was lost, with {confidence}.")
    return Check(
        "accuracy",
        False,
        f"{seen}: that less than {margin} was lost is not shown; it takes more images, or a better model.",
    )


def _percent_level(found: Comparison) -> str:
    return f"{found.equivalent.change.interval.level:.0%}"


def _group_loss(groups: list[tuple[str, GroupHarm]], most: float) -> Check:
    shown = [(kind, harm) for kind, harm in groups if harm.change.interval.high < -most]
    kind, worst = min(shown or groups, key=lambda pair: pair[1].change.points)
    interval = f"[{worst.change.interval.low:+.1f}, {worst.change.interval.high:+.1f}]"
    changed = f"{worst.change.points:+.1f} points {interval}, n = {worst.n:,}"
    reason = f"Worst of all groups is {kind} {worst.name}: {changed}; "
    if shown:
        return Check("groups", False, f"{reason}a loss of more than {most:g} is shown.")
    return Check("groups", True, f"{reason}no group is shown to lose more than {most:g}.")


def _group_excess(groups: list[tuple[str, GroupHarm]], most: float) -> Check:
    shown = [(kind, harm) for kind, harm in groups if harm.excess.interval.high < -most]
    kind, worst = min(shown or groups, key=lambda pair: pair[1].excess.points)
    interval = f"[{worst.excess.interval.low:+.1f}, {worst.excess.interval.high:+.1f}]"
    reason = f"Against all others, {kind} {worst.name} stands worst: {worst.excess.points:+.1f} points {interval}; "
    if shown:
        return Check("disparate impact", False, f"{reason}a disadvantage of more than {most:g} is shown.")
    return Check("disparate impact", True, f"{reason}none of more than {most:g} is shown.")
