"""Intervals against scipy, definitions, exact enumeration and simulated coverage."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap, norm

from compresslab.errors import InputError
from compresslab.evaluation import Interval, accuracy_difference, accuracy_interval, agreement, wilson


@given(data=st.data(), n=st.integers(1, 20_000), level=st.floats(0.5, 0.999))
def test_wilson_is_scipys(data, n, level) -> None:
    correct = data.draw(st.integers(0, n))
    expected = binomtest(correct, n).proportion_ci(level, method="wilson")
    found = wilson(correct, n, level)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= found.low <= correct / n <= found.high <= 1


def test_wilson_limits_are_the_shares_that_the_observation_just_does_not_contradict() -> None:
    n, observed, z = 500, 480 / 500, norm.ppf(0.975)
    interval = wilson(480, n)
    for p in (interval.low, interval.high):
        assert abs(observed - p) == pytest.approx(z * math.sqrt(p * (1 - p) / n))


def test_wilson_is_exact_at_the_ends() -> None:
    assert wilson(0, 10).low == 0
    assert wilson(10, 10).high == 1


@pytest.mark.parametrize(("correct", "n", "level"), [(1, 0, 0.95), (-1, 5, 0.95), (6, 5, 0.95), (3, 5, 1), (3, 5, 0)])
def test_wilson_refuses_what_is_no_share(correct, n, level) -> None:
    with pytest.raises(InputError):
        wilson(correct, n, level)


def test_an_interval_contains_its_ends() -> None:
    assert 1.0 in Interval(1.0, 2.0, 0.95)
    assert 2.1 not in Interval(1.0, 2.0, 0.95)


def answers(n: int, share: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(n) < share


def test_difference_is_in_points_and_its_interval_is_scipys() -> None:
    a, b = answers(800, 0.9, 0), answers(800, 0.85, 1)
    found = accuracy_difference(a, b, resamples=20_000)
    points = 100 * (a.astype(float) - b)
    oracle = bootstrap((points,), np.mean, n_resamples=20_000, method="percentile", rng=2).confidence_interval
    assert found.points == pytest.approx(points.mean())
    assert (found.n, found.groups) == (800, 800)
    assert (found.interval.low, found.interval.high) == pytest.approx((oracle.low, oracle.high), abs=0.2)


def test_clustered_interval_has_the_exact_quantiles() -> None:
    a = np.array([1, 1, 0, 1, 1, 1, 0, 1, 1], bool)
    b = np.array([1, 0, 0, 0, 1, 0, 1, 1, 0], bool)
    groups = np.array([7, 7, 7, 3, 3, 5, 9, 9, 4])
    names = np.unique(groups)
    exact = []
    for draw in itertools.product(names, repeat=len(names)):
        picked = np.concatenate([np.flatnonzero(groups == name) for name in draw])
        exact.append(100 * (a[picked].mean() - b[picked].mean()))
    exact = np.array(exact)
    interval = accuracy_difference(a, b, groups, level=0.8, resamples=50_000).interval
    slack = 0.01  # of a probability, five standard errors of the Monte Carlo draws
    for limit, probability in ((interval.low, 0.1), (interval.high, 0.9)):
        assert (exact < limit - 1e-9).mean() - slack <= probability <= (exact <= limit + 1e-9).mean() + slack


def test_copies_of_a_sample_add_nothing_when_they_are_one_group() -> None:
    a, b = answers(300, 0.9, 0), answers(300, 0.8, 1)
    groups = np.repeat(np.arange(300), 9)
    single = accuracy_difference(a, b)
    copied = accuracy_difference(np.repeat(a, 9), np.repeat(b, 9), groups)
    fooled = accuracy_difference(np.repeat(a, 9), np.repeat(b, 9))
    assert copied.interval == single.interval
    width, narrow = (d.interval.high - d.interval.low for d in (copied, fooled))
    assert narrow == pytest.approx(width / 3, rel=0.1)
    assert copied.groups == 300


def test_pairing_cancels_what_both_find_hard() -> None:
    b = answers(1000, 0.7, 0)
    a = b.copy()
    a[np.flatnonzero(~b)[:10]] = True
    paired = accuracy_difference(a, b).interval
    alone = wilson(int(a.sum()), 1000)
    assert paired.low > 0
    assert paired.high - paired.low < 100 * (alone.high - alone.low) / 3


def test_interval_of_equal_models_covers_zero_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    runs = 400
    covered = 0
    for run in range(runs):
        hard = rng.random(400) < 0.3
        a, b = (np.where(hard, rng.random(400) < 0.6, rng.random(400) < 0.98) for _ in range(2))
        covered += 0 in accuracy_difference(a, b, resamples=1_000, seed=run).interval
    assert covered in range(int(0.90 * runs), int(0.985 * runs))


def test_no_disagreement_is_a_zero_width_interval() -> None:
    same = [True, False, True]
    found = accuracy_difference(same, same)
    assert (found.points, found.interval.low, found.interval.high) == (0, 0, 0)


def test_difference_takes_tensors_lists_and_arrays_alike() -> None:
    a, b, groups = [True, False, True, True], [False, False, True, True], [0, 0, 1, 2]
    from_lists = accuracy_difference(a, b, groups)
    assert from_lists == accuracy_difference(torch.tensor(a), torch.tensor(b), torch.tensor(groups))
    assert from_lists == accuracy_difference(np.array(a), np.array(b), np.array(groups))


@pytest.mark.parametrize(
    ("a", "b", "groups", "message"),
    [
        ([True, False], [True], None, "2 samples and correct_b 1"),
        ([], [], None, "n at least 1"),
        ([[True]], [[True]], None, r"shape \(1, 1\)"),
        ([0.7, 0.1], [True, False], None, "besides true and false"),
        ([True, False], [True, False], [1], "groups has shape"),
        ([True, False], [True, False], [1, 1], "at least 2"),
        ([True], [True], None, "at least 2"),
    ],
)
def test_difference_refuses_what_it_cannot_pair(a, b, groups, message) -> None:
    with pytest.raises(InputError, match=message):
        accuracy_difference(a, b, groups)


@pytest.mark.parametrize("settings", [{"level": 95}, {"resamples": 0}])
def test_difference_refuses_settings_out_of_range(settings) -> None:
    with pytest.raises(InputError, match=next(iter(settings))):
        accuracy_difference([True, False], [False, False], **settings)


def test_agreement_counts_equal_top1() -> None:
    a = torch.tensor([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0], [5.0, 4.0]])
    b = torch.tensor([[0.0, 9.0], [0.0, 1.0], [0.0, 0.5], [1.0, 0.0]])
    assert agreement(a, b) == 0.75


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (torch.zeros(2, 3), torch.zeros(3, 3)),
        (torch.zeros(0, 3), torch.zeros(0, 3)),
        (torch.zeros(3), torch.zeros(3)),
        (torch.zeros(2, 3), torch.full((2, 3), math.nan)),
    ],
)
def test_agreement_refuses_what_it_cannot_compare(a, b) -> None:
    with pytest.raises(InputError, match="logits"):
        agreement(a, b)


def test_one_accuracys_interval_is_wilsons_until_samples_share_a_group() -> None:
    right = answers(600, 0.8, 3)
    alone = wilson(int(right.sum()), 600)
    assert accuracy_interval(right) == accuracy_interval(right, groups=np.arange(600)[::-1]) == alone
    repeated, source = np.repeat(right, 4), np.repeat(np.arange(600), 4)
    grouped = accuracy_interval(repeated, groups=source)  # four copies of each answer tell no more than one
    assert (grouped.low, grouped.high) == pytest.approx((alone.low, alone.high), abs=0.01)
    assert grouped.high - grouped.low > 1.8 * (lambda i: i.high - i.low)(accuracy_interval(repeated))


@pytest.mark.parametrize(
    "groups",
    [np.arange(3), np.arange(5), [0, 0, 1, 2, 3], np.arange(4).reshape(4, 1), np.arange(4).reshape(2, 2), 7],
    ids=["fewer", "more", "more, as many different", "a column", "a square", "a number"],
)
def test_groups_of_another_shape_than_the_samples_are_refused(groups) -> None:
    right = [True, False, True, True]
    with pytest.raises(InputError, match=r"groups has shape \(.*\) for 4 samples"):
        accuracy_interval(right, groups)
    with pytest.raises(InputError, match=r"groups has shape \(.*\) for 4 samples"):
        accuracy_difference(right, right, groups)
