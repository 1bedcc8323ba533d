"""Changes in accuracy: Tango's interval against likelihoods maximised numerically, coverage by enumeration; McNemar
against SciPy; equivalence and harm by what their words say.
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest, chi2, multinomial, norm

from compresslab.errors import InputError
from compresslab.evaluation import (
    accuracy_change,
    accuracy_difference,
    equivalence,
    harm_by_group,
    likeness,
    mcnemar,
    tango,
    worst_group,
)
from compresslab.evaluation.paired import design_effect


def score_statistic(fixed: int, broken: int, n: int, delta: float) -> float:
    """Of a true difference delta, with the nuisance share found by a search instead of the closed form."""
    least, most = max(0.0, -delta), (1 - delta) / 2  # share that broke; fixed is that plus delta

    def loss(share: float) -> float:
        parts = ((fixed, share + delta), (broken, share), (n - fixed - broken, 1 - delta - 2 * share))
        return -sum(count * math.log(p) if count else 0.0 for count, p in parts if p > 0 or count)

    share = minimize_scalar(loss, bounds=(least + 1e-12, most - 1e-12), method="bounded", options={"xatol": 1e-12}).x
    return (fixed - broken - n * delta) / math.sqrt(n * (2 * share + delta - delta**2))


@pytest.mark.parametrize(("fixed", "broken", "n"), [(5, 5, 100), (12, 2, 50), (0, 7, 40), (1, 0, 9), (30, 60, 1000)])
def test_limits_are_where_the_score_statistic_is_just_not_contradicted(fixed, broken, n) -> None:
    interval = tango(fixed, broken, n)
    z = norm.ppf(0.975)
    assert score_statistic(fixed, broken, n, interval.low) == pytest.approx(z, rel=2e-3)
    assert score_statistic(fixed, broken, n, interval.high) == pytest.approx(-z, rel=2e-3)


@given(n=st.integers(1, 5000), level=st.floats(0.5, 0.999), data=st.data())
def test_the_interval_holds_the_estimate_and_mirrors(n, level, data) -> None:
    fixed = data.draw(st.integers(0, n))
    broken = data.draw(st.integers(0, n - fixed))
    found, mirrored = tango(fixed, broken, n, level), tango(broken, fixed, n, level)
    assert -1 <= found.low <= (fixed - broken) / n + 1e-12
    assert (fixed - broken) / n - 1e-12 <= found.high <= 1
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))


def test_nothing_changed_in_n_samples_leaves_z_squared_over_n() -> None:
    z2 = norm.ppf(0.975) ** 2
    for n in (1, 3, 50):
        assert tango(0, 0, n).high == pytest.approx(z2 / (n + z2), abs=1e-6)


@pytest.mark.parametrize("true", [(0.02, 0.02), (0.01, 0.08), (0.15, 0.05)])
@pytest.mark.parametrize("n", [12, 30])
def test_coverage_by_enumeration(true, n) -> None:
    covered = 0.0
    for fixed, broken in itertools.product(range(n + 1), repeat=2):
        if fixed + broken <= n:
            interval = tango(fixed, broken, n)
            if interval.low <= true[0] - true[1] <= interval.high:
                covered += multinomial.pmf([fixed, broken, n - fixed - broken], n, [*true, 1 - sum(true)])
    assert 0.93 <= covered <= 1


def test_it_is_the_bootstraps_interval_where_there_are_many_samples() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.random(5000) < 0.9, rng.random(5000) < 0.88
    found, bootstrap = accuracy_change(before, after), accuracy_difference(after, before)
    assert found.points == bootstrap.points
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (bootstrap.interval.low, bootstrap.interval.high), abs=0.06
    )


def test_sources_widen_it_as_the_bootstrap_of_sources_does() -> None:
    rng = np.random.default_rng(1)
    sources = np.repeat(np.arange(300), 9)
    harmed = np.repeat(rng.random(300) < 0.1, 9)
    before = rng.random(2700) < 0.95
    after = before & ~(harmed & (rng.random(2700) < 0.7))
    found, bootstrap = accuracy_change(before, after, sources), accuracy_difference(after, before, sources)
    alone = accuracy_change(before, after)
    width, oracle, narrow = (d.interval.high - d.interval.low for d in (found, bootstrap, alone))
    assert width == pytest.approx(oracle, rel=0.1)
    assert width > 1.5 * narrow
    assert found.groups == 300


def test_copies_of_a_sample_add_nothing() -> None:
    rng = np.random.default_rng(2)
    before, after = rng.random(200) < 0.9, rng.random(200) < 0.8
    single = accuracy_change(before, after)
    copied = accuracy_change(np.repeat(before, 5), np.repeat(after, 5), np.repeat(np.arange(200), 5))
    assert copied.interval.low == pytest.approx(single.interval.low, abs=0.1)
    assert copied.interval.high == pytest.approx(single.interval.high, abs=0.1)


def test_independent_samples_lose_nothing_by_being_told_their_sources() -> None:
    rng = np.random.default_rng(3)
    change = rng.choice([-1, 0, 1], 4000, p=[0.05, 0.9, 0.05])
    sums = np.add.reduceat(change, np.arange(0, 4000, 10))
    assert design_effect(int(np.abs(change).sum()), sums, np.full(400, 10)) == pytest.approx(1, abs=0.15)


def test_the_fewer_samples_changed_the_less_their_independence_is_believed() -> None:
    sizes = np.full(100, 10)
    effects = []
    for changed in (0, 1, 10, 100):
        sums = np.zeros(100, np.int64)
        sums[:changed] = 1  # each in another source
        effects.append(design_effect(changed, sums, sizes))
    assert effects == sorted(effects, reverse=True)
    assert effects[0] == 10
    assert effects[-1] == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("changed", [0, 1])
def test_few_sources_count_as_few_samples(changed) -> None:
    before = np.ones(300, bool)
    after = before.copy()
    after[:changed] = False
    three = accuracy_change(before, after, np.repeat([0, 1, 2], 100))
    assert three.interval.high - three.interval.low > 50
    assert accuracy_change(before, after).interval.low > -3


@pytest.mark.parametrize("arguments", [(-1, 0, 5), (3, 3, 5), (0, 0, 0), (0, 0, 5, 1.0), (math.nan, 0, 5)])
def test_tango_refuses_what_are_no_counts(arguments) -> None:
    with pytest.raises(InputError):
        tango(*arguments)


@given(fixed=st.integers(0, 400), broken=st.integers(0, 400))
def test_mcnemar_is_scipys(fixed, broken) -> None:
    expected = binomtest(fixed, fixed + broken).pvalue if fixed + broken else 1.0
    assert mcnemar(fixed, broken).p_value == pytest.approx(expected, rel=1e-9)
    if fixed + broken:
        # statsmodels' mcnemar(table, exact=False, correction=True)
        corrected = chi2.sf(max(0, abs(fixed - broken) - 1) ** 2 / (fixed + broken), 1)
        assert mcnemar(fixed, broken, exact=False).p_value == pytest.approx(corrected, rel=1e-9)


def test_mcnemar_is_exact_beyond_the_range_of_doubles() -> None:
    assert mcnemar(3000, 3200).p_value == pytest.approx(binomtest(3000, 6200).pvalue, rel=1e-8)


@pytest.mark.parametrize("counts", [(-1, 0), (1.5, 2), (True, 1)])
def test_mcnemar_refuses_what_are_no_counts(counts) -> None:
    with pytest.raises(InputError):
        mcnemar(*counts)


def pair(n: int, fixed: int, broken: int) -> tuple[np.ndarray, np.ndarray]:
    """Right answers of two models on n samples."""
    before = np.ones(n, bool)
    before[:fixed] = False
    after = np.ones(n, bool)
    after[fixed : fixed + broken] = False
    return before, after


@pytest.mark.parametrize(
    ("n", "fixed", "broken", "verdict"),
    [
        (4000, 10, 12, "equivalent"),
        (4000, 90, 10, "not worse"),
        (4000, 10, 90, "worse"),
        (4000, 10, 50, "not shown"),
        (50, 0, 0, "not shown"),  # no significant difference, and no evidence either
    ],
)
def test_equivalence_says_what_was_shown(n, fixed, broken, verdict) -> None:
    found = equivalence(*pair(n, fixed, broken), margin=1.0)
    assert found.verdict == verdict
    assert found.change.interval.level == pytest.approx(0.9)


def test_equivalence_is_claimed_wrongly_as_seldom_as_alpha_says() -> None:
    rng = np.random.default_rng(0)
    n, runs, margin = 2000, 1000, 2.0
    claims = 0
    for _ in range(runs):  # the true loss is the margin
        fixed, broken, _ = rng.multinomial(n, [0.02, 0.04, 0.94])
        claims += equivalence(*pair(n, fixed, broken), margin=margin).not_worse
    assert claims / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
    assert claims > 0  # a test that never claims anything would pass too


@pytest.mark.parametrize(
    "settings", [{"margin": 0}, {"margin": -1}, {"alpha": 0.5}, {"alpha": 0}, {"margin": math.nan}]
)
def test_equivalence_refuses_settings_without_meaning(settings) -> None:
    with pytest.raises(InputError):
        equivalence([True, False], [True, False], **settings)


def test_harm_counts_each_group_and_compares_it_with_the_rest() -> None:
    rng = np.random.default_rng(5)
    group = rng.integers(0, 3, 900)
    before, after = rng.random(900) < 0.9, rng.random(900) < np.array([0.9, 0.9, 0.6])[group]
    found = harm_by_group(before, after, group, names=["a", "b", "c"])
    for key, harm in enumerate(found):
        inside = group == key
        points = 100 * (after[inside].mean() - before[inside].mean())
        rest = 100 * (after[~inside].mean() - before[~inside].mean())
        assert harm.n == inside.sum()
        assert harm.fixed - harm.broken == (after[inside].sum() - before[inside].sum())
        assert (harm.original_accuracy, harm.compressed_accuracy) == (before[inside].mean(), after[inside].mean())
        assert (harm.change.points, harm.excess.points) == pytest.approx((points, points - rest))
        assert harm.change.interval.level == pytest.approx(1 - 0.05 / 3)
    assert worst_group(found).name == "c"
    assert [harm.hurt_more for harm in found] == [False, False, True]


def test_a_group_of_three_says_how_little_is_known() -> None:
    right, group = np.ones(1003, bool), np.repeat([0, 1], [1000, 3])
    large, small = harm_by_group(right, right, group)
    assert small.change.interval.high - small.change.interval.low > 100
    assert large.change.interval.high - large.change.interval.low < 1.2
    assert not small.hurt_more


def test_equal_harm_is_seldom_called_unequal() -> None:
    rng = np.random.default_rng(6)
    group, runs, alarms = np.repeat(np.arange(10), 100), 300, 0
    for _ in range(runs):
        before, after = rng.random(1000) < 0.9, rng.random(1000) < 0.85
        found = harm_by_group(before, after, group)
        alarms += any(harm.hurt_more or harm.excess.interval.low > 0 for harm in found)
    assert alarms / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


def test_sources_shared_by_samples_widen_a_groups_interval() -> None:
    rng = np.random.default_rng(7)
    sources = np.repeat(np.arange(120), 5)
    after = np.repeat(rng.random(120) < 0.9, 5)
    group = (sources % 2).astype(int)
    shared = harm_by_group(np.ones(600, bool), after, group, sources)[0]
    single = harm_by_group(np.ones(120, bool), after[::5], group[::5])[0]
    assert shared.sources == single.n == 60
    for found, expected in ((shared.change, single.change), (shared.excess, single.excess)):
        assert found.interval.low == pytest.approx(expected.interval.low, abs=0.5)
        assert found.interval.high == pytest.approx(expected.interval.high, abs=0.5)


@pytest.mark.parametrize(
    ("group", "names", "message"),
    [
        ([0, 0, 1, 1], ["a", "b", "c"], "'c' has no sample"),
        ([0, 0, 1, 3], ["a", "b"], "run from 0 to 3"),
        ([0, 0, 0, 0], None, "one group"),
        ([0.0, 0.0, 1.0, 1.0], None, "whole number"),
        ([0, 1], None, "whole number"),
    ],
)
def test_harm_refuses_groups_of_which_nothing_can_be_said(group, names, message) -> None:
    with pytest.raises(InputError, match=message):
        harm_by_group([True] * 4, [True] * 4, group, names=names)


@settings(max_examples=30)
@given(st.permutations(list(range(60))))
def test_the_order_of_the_samples_does_not_matter(order) -> None:
    rng = np.random.default_rng(8)
    before, after, group, sources = (
        rng.random(60) < 0.9,
        rng.random(60) < 0.8,
        rng.integers(0, 2, 60),
        np.arange(60) // 4,
    )
    picked = [values[list(order)] for values in (before, after, group, sources)]
    assert harm_by_group(*picked) == harm_by_group(before, after, group, sources)


def test_a_group_with_a_single_change_borrows_from_all_samples_how_alike_sources_are() -> None:
    rng = np.random.default_rng(9)
    sources, group = np.repeat(np.arange(200), 10), np.repeat([0, 1], 1000)
    before = np.ones(2000, bool)
    after = np.where(group == 0, rng.random(2000) < 0.9, True)  # independent of the source
    after[-1] = False
    assert likeness(before, after, sources) == pytest.approx(0, abs=0.1)
    steady = harm_by_group(before, after, group, sources)[1]
    assert steady.change.interval.low > -1.6  # what a thousand independent samples say
    together = np.repeat(rng.random(200) < 0.9, 10) | (group == 1)
    assert likeness(before, together, sources) == pytest.approx(1, abs=0.01)
    wide = harm_by_group(before, together, group, sources)[1]
    assert wide.change.interval.low < -4  # what a hundred sources say


@pytest.mark.parametrize("alike", [-0.1, 1.1, math.nan])
def test_likeness_is_a_share(alike) -> None:
    with pytest.raises(InputError, match="alike"):
        accuracy_change([True, False], [True, True], [0, 0], alike=alike)


def test_the_excess_has_the_interval_of_a_difference_of_two_independent_groups() -> None:
    rng = np.random.default_rng(10)
    group = np.repeat([0, 1], [3000, 2000])
    before = rng.random(5000) < 0.9
    after = before ^ (rng.random(5000) < np.array([0.05, 0.1])[group])
    change = after.astype(float) - before
    excess = harm_by_group(before, after, group, simultaneous=False)[1].excess
    error = math.sqrt(sum(change[group == g].var() / (group == g).sum() for g in (0, 1)))
    assert excess.points == pytest.approx(100 * (change[group == 1].mean() - change[group == 0].mean()))
    assert excess.interval.low == pytest.approx(excess.points - 196 * error, abs=0.05)
    assert excess.interval.high == pytest.approx(excess.points + 196 * error, abs=0.05)


def test_the_excess_over_few_others_is_as_lopsided_as_what_is_known_of_them() -> None:
    before, group = np.ones(1010, bool), np.repeat([0, 1], [1000, 10])
    after = before.copy()
    after[-3:] = False  # three of the ten others broke: they may have lost up to 60 points, and hardly less than 10
    few = accuracy_change(before[-10:], after[-10:])
    excess = harm_by_group(before, after, group, simultaneous=False)[0].excess
    assert excess.points == pytest.approx(30)
    assert excess.interval.low == pytest.approx(-few.interval.high, abs=1)
    assert excess.interval.high == pytest.approx(-few.interval.low, abs=1)


@pytest.mark.parametrize("together", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("sources", [20, 80])
def test_intervals_over_sources_cover_the_true_change_as_often_as_they_say(together, sources) -> None:
    rng, runs, size, rate = np.random.default_rng(11), 400, 8, 0.06
    owner, covered = np.repeat(np.arange(sources), size), 0
    for _ in range(runs):
        source = np.repeat(rng.random(sources), size)
        draw = np.where(rng.random(sources * size) < together, source, rng.random(sources * size))
        change = np.where(draw < rate, -1, np.where(draw > 1 - rate / 2, 1, 0))  # of a source, or each its own
        covered += -100 * rate / 2 in accuracy_change(change < 1, change > -1, owner).interval
    assert covered / runs >= 0.92


def test_a_group_whose_sources_change_as_wholes_is_not_taken_for_independent_since_the_others_are() -> None:
    rng = np.random.default_rng(12)
    sources, group = np.repeat(np.arange(500), 10), np.repeat([0, 1], [1000, 4000])
    together = np.repeat(rng.random(500) < 0.85, 10)
    after = np.where(group == 0, together, rng.random(5000) < 0.85)
    wholes = harm_by_group(np.ones(5000, bool), after, group, sources, simultaneous=False)[0].change.interval
    single = accuracy_change(np.ones(100, bool), together[:1000:10]).interval
    assert (wholes.low, wholes.high) == pytest.approx((single.low, single.high), abs=0.3)
