"""Calibration against scikit-learn and a loop over samples, temperatures against SciPy's minimiser."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.calibration import calibration_curve

from compresslab.errors import InputError
from compresslab.evaluation import (
    chance_error,
    confidence_and_correct,
    expected_calibration_error,
    fit_temperature,
    reliability,
)


def draw(n: int, seed: int, classes: int = 5, sharpness: float = 3.0) -> tuple[torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(seed)
    logits = sharpness * rng.normal(size=(n, classes))
    noisy = 0.6 * logits + rng.gumbel(size=(n, classes))
    return torch.from_numpy(logits), torch.from_numpy(noisy.argmax(1))


def by_loop(confidence: np.ndarray, correct: np.ndarray, bins: int) -> float:
    """ECE of equal widths as it is defined, sample by sample."""
    members: dict[int, list[int]] = {}
    for i, value in enumerate(confidence):
        index = next((k for k in range(bins) if value <= (k + 1) / bins), bins - 1)
        members.setdefault(index, []).append(i)
    gaps = [len(m) * abs(np.mean(correct[m]) - np.mean(confidence[m])) for m in members.values()]
    return sum(gaps) / len(confidence)


@pytest.mark.parametrize("bins", [1, 2, 10, 15])
def test_ece_is_its_definition(bins) -> None:
    logits, labels = draw(400, 0)
    confidence, correct = confidence_and_correct(logits, labels)
    assert expected_calibration_error(logits, labels, bins=bins) == pytest.approx(by_loop(confidence, correct, bins))


@pytest.mark.parametrize(("by", "strategy"), [("width", "uniform"), ("mass", "quantile")])
@pytest.mark.parametrize("bins", [3, 10])
def test_bins_are_scikit_learns(by, strategy, bins) -> None:
    confidence, correct = confidence_and_correct(*draw(500, 1))
    accuracy, mean = calibration_curve(correct, confidence, n_bins=bins, strategy=strategy)
    found = reliability(confidence, correct, bins=bins, by=by)
    assert found.accuracy == pytest.approx(accuracy)
    assert found.confidence == pytest.approx(mean)
    assert found.n == 500


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.0]), st.booleans()), min_size=1, max_size=60))
def test_every_sample_is_in_one_bin_also_at_the_ends(samples) -> None:
    confidence, correct = (np.array(column) for column in zip(*samples, strict=True))
    for by in ("width", "mass"):
        found = reliability(confidence, correct, bins=10, by=by)
        assert found.n == len(samples)
        assert sum(c * a for c, a in zip(found.count, found.accuracy, strict=True)) == pytest.approx(correct.sum())
        assert all(
            low <= sure + 1e-9 <= high + 2e-9
            for low, sure, high in zip(found.low, found.confidence, found.high, strict=True)
        )


def test_a_confidence_of_one_counts_in_the_last_bin() -> None:
    found = reliability([1.0, 1.0, 0.95], [True, False, True], bins=10)
    assert found.count == (3,)
    assert found.high == (1.0,)
    assert found.expected_error == pytest.approx(2.95 / 3 - 2 / 3)


def test_equal_mass_bins_hold_equally_many_where_confidences_differ() -> None:
    confidence, correct = confidence_and_correct(*draw(600, 2))
    assert set(reliability(confidence, correct, bins=10, by="mass").count) == {60}


def test_equal_confidences_stay_together_whatever_their_order() -> None:
    confidence = np.array([0.9] * 30 + [1.0] * 70)
    correct = np.array([True] * 20 + [False] * 10 + [True] * 60 + [False] * 10)
    order = np.random.default_rng(0).permutation(100)
    first = reliability(confidence, correct, by="mass").expected_error
    assert reliability(confidence[order], correct[order], by="mass").expected_error == pytest.approx(first)


def test_signs_of_gaps_and_the_largest() -> None:
    found = reliability([0.9] * 10 + [0.6] * 10, [True] * 5 + [False] * 5 + [True] * 10, bins=10)
    assert found.overconfidence == pytest.approx(0.75 - 0.75)
    assert found.expected_error == pytest.approx(0.4)
    assert found.largest_error == pytest.approx(0.4)


def test_a_calibrated_model_shows_the_chance_error() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, 300)
    seen = [reliability(confidence, rng.random(300) < confidence).expected_error for _ in range(300)]
    assert chance_error(confidence) == pytest.approx(np.mean(seen), rel=0.05)
    assert chance_error(confidence) > 0.02


@pytest.mark.parametrize("seed", range(3))
def test_temperature_is_scipys_minimum(seed) -> None:
    logits, labels = draw(300, seed)
    z, y = logits.numpy(), labels.numpy()

    def loss(log_t: float) -> float:
        return -log_softmax(z / math.exp(log_t), axis=1)[np.arange(len(y)), y].mean()

    expected = math.exp(minimize_scalar(loss, bounds=(-5, 5), method="bounded", options={"xatol": 1e-10}).x)
    assert fit_temperature(logits, labels) == pytest.approx(expected, rel=1e-5)


def test_temperature_finds_what_the_logits_were_multiplied_by() -> None:
    logits, labels = draw(500, 3)
    once = fit_temperature(logits, labels)
    for factor in (1e-7, 4.0, 1e7):
        assert fit_temperature(logits * factor, labels) == pytest.approx(once * factor, rel=1e-6)
    assert fit_temperature(logits / once, labels) == pytest.approx(1, rel=1e-6)


def test_scaling_lowers_the_error_and_keeps_the_answers() -> None:
    logits, labels = draw(2000, 4)
    scaled = logits / fit_temperature(logits, labels)
    assert (scaled.argmax(1) == logits.argmax(1)).all()
    assert expected_calibration_error(scaled, labels) < expected_calibration_error(logits, labels) / 2


def test_there_is_no_best_temperature_without_errors_or_without_skill() -> None:
    logits, labels = draw(50, 5)
    with pytest.raises(InputError, match="all 50 samples are right"):
        fit_temperature(logits, logits.argmax(1))
    with pytest.raises(InputError, match="no better than guessing"):
        fit_temperature(logits, logits.argmin(1))
    with pytest.raises(InputError, match="no better than guessing"):
        fit_temperature(torch.zeros(50, 5), labels)


@pytest.mark.parametrize(
    ("confidence", "correct", "settings", "message"),
    [
        ([1.2], [True], {}, "not between 0 and 1"),
        ([float("nan")], [True], {}, "not between 0 and 1"),
        ([0.5, 0.5], [True], {}, "one of each"),
        ([0.5], [True], {"bins": 0}, "bins=0"),
        ([0.5], [True], {"by": "height"}, "by='height'"),
    ],
)
def test_reliability_refuses(confidence, correct, settings, message) -> None:
    with pytest.raises(InputError, match=message):
        reliability(confidence, correct, **settings)


def test_nan_logits_and_labels_that_are_no_classes_are_refused() -> None:
    logits, labels = draw(5, 6)
    with pytest.raises(InputError, match="NaN"):
        expected_calibration_error(logits * torch.nan, labels)
    with pytest.raises(InputError, match="classes 0 to 4"):
        expected_calibration_error(logits, labels + 5)
    with pytest.raises(InputError, match="labels are"):
        fit_temperature(logits, labels.double())


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_a_confidence_on_an_edge_belongs_to_the_bin_below_as_in_scikit_learn(strategy) -> None:
    confidence = np.repeat([0.0, 0.25, 0.5, 0.75, 1.0], [1, 2, 3, 4, 5])
    correct = np.arange(15) % 3 > 0
    accuracy, mean = calibration_curve(correct, confidence, n_bins=4, strategy=strategy)
    found = reliability(confidence, correct, bins=4, by={"uniform": "width", "quantile": "mass"}[strategy])
    assert found.accuracy == pytest.approx(accuracy)
    assert found.confidence == pytest.approx(mean)
    if strategy == "uniform":
        assert found.count == (3, 3, 4, 5)
