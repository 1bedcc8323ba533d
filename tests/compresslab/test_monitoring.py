"""Drift scores and their p-values against scipy, and how often they alarm where nothing has changed."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.linalg
import scipy.special
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from compresslab.errors import InputError
from compresslab.monitoring import (
    Drift,
    answer_shift,
    category_drift,
    frechet_distance,
    holm,
    kolmogorov_smirnov,
    maximum_mean_discrepancy,
    psi,
)
from compresslab.monitoring.drift import chi_squared_tail

ANY = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=64), st.sampled_from([0.0, 1.0, -1.0, math.nan, 5e-324])
)
SAMPLE = arrays.arrays(np.float64, st.integers(1, 40), elements=ANY)


class TestPopulationStabilityIndex:
    def test_by_hand(self) -> None:
        """Ten bins of ten; now a bin has none, and its samples lie in the last."""
        reference = np.arange(100.0)
        current = reference.copy()
        current[:10] = 95
        p = np.full(10, 10.5 / 105)
        q = np.array([0.5, *[10.5] * 8, 20.5]) / 105
        found = psi(reference, current)
        assert found.value == pytest.approx(float(((q - p) * np.log(q / p)).sum()))
        assert found.p_value == pytest.approx(scipy.stats.chi2.sf(found.value * 50, 9))
        assert (found.n_reference, found.n_current) == (100, 100)
        assert psi(reference, current, pseudo_count=0).value == math.inf
        assert psi(reference, current, pseudo_count=0).p_value == 0

    def test_a_shift_of_a_normal_distribution(self) -> None:
        """In the limit of many bins it is the symmetric divergence, d^2 for a shift by d."""
        rng = np.random.default_rng(0)
        found = psi(rng.normal(0, 1, 200_000), rng.normal(0.4, 1, 200_000), bins=100)
        assert found.value == pytest.approx(0.16, rel=0.05)

    @settings(max_examples=150, deadline=None)
    @given(SAMPLE, SAMPLE, st.integers(2, 12))
    def test_whatever_the_numbers(self, old: np.ndarray, new: np.ndarray, bins: int) -> None:
        found = psi(old, new, bins=bins)
        assert 0 <= found.value < math.inf and 0 <= found.p_value <= 1
        assert psi(old, old, bins=bins).value == 0 and psi(old, old, bins=bins).p_value == 1

    @settings(max_examples=100, deadline=None)
    @given(arrays.arrays(np.float64, st.integers(2, 30), elements=st.integers(-4, 4).map(float)), SAMPLE)
    def test_order_and_monotone_maps_change_nothing(self, old: np.ndarray, new: np.ndarray) -> None:
        new = np.concatenate([np.clip(np.nan_to_num(np.round(new)), -5, 5), old[:1]])
        found = psi(old, new, bins=4)
        assert psi(old[::-1], np.sort(new), bins=4) == found
        assert psi(3 * old - 1, 3 * new - 1, bins=4).value == pytest.approx(found.value)

    @pytest.mark.parametrize("step", [1e-9, -1e-9])
    def test_a_constant_that_moves_either_way_is_seen(self, step: float) -> None:
        assert psi(np.full(50, 0.3), np.full(50, 0.3 + step)).found(1e-6)
        assert not psi(np.full(50, 0.3), np.full(70, 0.3)).found(0.999)

    def test_a_code_for_missing_values_has_a_bin_of_its_own(self) -> None:
        rng = np.random.default_rng(0)
        old, new = rng.uniform(0, 1, 1000), rng.uniform(0, 1, 1000)
        old[:200] = 0.5
        new[:200] = 0.5001
        assert psi(old, new).found(1e-6)

    def test_nan_is_a_value_of_its_own(self) -> None:
        rng = np.random.default_rng(0)
        old, new = rng.normal(size=500), rng.normal(size=500)
        broken = new.copy()
        broken[:50] = np.nan
        for score in (psi, kolmogorov_smirnov):
            assert not score(old, new).found() and score(old, broken).found()
            assert score(np.full(9, np.nan), np.full(9, np.nan)).value == 0

    def test_the_rule_of_thumb_alarms_at_nothing(self) -> None:
        """With few samples: the p-value does not."""
        rng = np.random.default_rng(0)
        found = [psi(rng.normal(size=100), rng.normal(size=100)) for _ in range(300)]
        assert np.mean([each.value > 0.1 for each in found]) > 0.7
        assert np.mean([each.value for each in found]) == pytest.approx(9 * 2 / 100, rel=0.15)
        assert np.mean([each.found(0.05) for each in found]) < 0.1


class TestKolmogorovSmirnov:
    @settings(max_examples=100, deadline=None)
    @given(
        arrays.arrays(np.float64, st.integers(2, 40), elements=st.floats(-1e3, 1e3) | st.sampled_from([0.0, 1.0])),
        arrays.arrays(np.float64, st.integers(2, 40), elements=st.floats(-1e3, 1e3) | st.sampled_from([0.0, 1.0])),
    )
    def test_the_statistic_is_scipys(self, old: np.ndarray, new: np.ndarray) -> None:
        found = kolmogorov_smirnov(old, new)
        assert found.value == pytest.approx(scipy.stats.ks_2samp(old, new, method="asymp").statistic, abs=1e-12)
        root = math.sqrt(len(old) * len(new) / (len(old) + len(new)))
        assert found.p_value == pytest.approx(scipy.special.kolmogorov(root * found.value), abs=1e-12)

    @pytest.mark.parametrize("shift", [0.0, 0.1, 0.2, 0.4])
    def test_the_chance_is_near_the_exact_one(self, shift: float) -> None:
        rng = np.random.default_rng(1)
        old, new = rng.normal(size=300), rng.normal(shift, 1, size=200)
        exact = scipy.stats.ks_2samp(old, new, method="exact").pvalue
        assert exact <= kolmogorov_smirnov(old, new).p_value <= 1.35 * exact + 0.01

    @settings(max_examples=100, deadline=None)
    @given(SAMPLE, SAMPLE)
    def test_whatever_the_numbers(self, old: np.ndarray, new: np.ndarray) -> None:
        found = kolmogorov_smirnov(old, new)
        assert 0 <= found.value <= 1 and 0 <= found.p_value <= 1
        assert kolmogorov_smirnov(new, old).value == pytest.approx(found.value)
        assert kolmogorov_smirnov(old, old).value == 0


class TestCategories:
    def test_scipys_chance_where_there_are_enough(self) -> None:
        rng = np.random.default_rng(0)
        old, new = rng.choice(5, 400, p=[0.3, 0.3, 0.2, 0.1, 0.1]), rng.choice(5, 300, p=[0.4, 0.2, 0.2, 0.1, 0.1])
        table = np.stack([np.bincount(old, minlength=5), np.bincount(new, minlength=5)])
        found = category_drift(old, new, categories=7)  # two that neither has
        assert found.p_value == pytest.approx(scipy.stats.chi2_contingency(table, correction=False).pvalue)
        assert found.value == pytest.approx(np.abs(table[0] / 400 - table[1] / 300).sum() / 2)

    def test_fishers_chance_where_there_are_few(self) -> None:
        """With the drawn splits instead of chi-squared, which gives 0.03."""
        old, new = np.repeat([0, 1], [6, 1]), np.repeat([0, 1], [2, 6])
        found = category_drift(old, new, categories=2, draws=20_000)
        assert found.p_value == pytest.approx(scipy.stats.fisher_exact([[6, 1], [2, 6]]).pvalue, abs=0.01)

    def test_one_category_says_nothing(self) -> None:
        assert category_drift([2, 2], [2], categories=3).p_value == 1

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.lists(st.integers(0, 3), min_size=1, max_size=12))
    def test_whatever_the_categories(self, old: list[int], new: list[int]) -> None:
        found = category_drift(old, new, categories=4, draws=50)
        assert 0 <= found.value <= 1 and 0 < found.p_value <= 1
        assert (found.value == 0) == (
            np.allclose(np.bincount(old, minlength=4) * len(new), np.bincount(new, minlength=4) * len(old))
        )


class TestEmbeddings:
    def test_mmd_by_its_definition(self) -> None:
        rng = np.random.default_rng(0)
        old, new = rng.normal(size=(7, 3)), rng.normal(0.5, 1, size=(5, 3)) + 1e4
        new -= 1e4
        rows = np.concatenate([old, new])
        width = np.median([((rows[i] - rows[j]) ** 2).sum() for i in range(12) for j in range(i)])

        def mean_kernel(a: np.ndarray, b: np.ndarray, *, same: bool) -> float:
            values = [
                math.exp(-((x - y) ** 2).sum() / (2 * width))
                for i, x in enumerate(a) for j, y in enumerate(b) if not (same and i == j)
            ]  # fmt: skip
            return float(np.mean(values))

        expected = (
            mean_kernel(old, old, same=True) + mean_kernel(new, new, same=True) - 2 * mean_kernel(old, new, same=False)
        )
        assert maximum_mean_discrepancy(old, new, permutations=1).value == pytest.approx(expected)

    def test_frechet_by_scipys_root(self) -> None:
        rng = np.random.default_rng(0)
        old, new = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4)), rng.normal(1, 2, size=(50, 4))
        one, two = np.cov(old.T), np.cov(new.T)
        gap = old.mean(0) - new.mean(0)
        expected = gap @ gap + np.trace(one + two - 2 * scipy.linalg.sqrtm(one @ two).real)
        assert frechet_distance(old, new, permutations=1).value == pytest.approx(expected)

    def test_frechet_of_fewer_samples_than_numbers(self) -> None:
        """Covariances without full rank, where a root of their product fails."""
        rng = np.random.default_rng(0)
        rows = rng.normal(size=(6, 20))
        assert frechet_distance(rows, rows, permutations=5).value == pytest.approx(0, abs=1e-9)
        assert frechet_distance(rows, rows + 1, permutations=5).value == pytest.approx(20)

    @pytest.mark.parametrize("score", [maximum_mean_discrepancy, frechet_distance])
    def test_what_only_changes_together_is_seen(self, score: Callable[..., Drift]) -> None:
        rng = np.random.default_rng(0)
        old = rng.normal(size=(150, 2))
        new = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], size=150)
        assert score(old, new, permutations=99).p_value <= 0.01
        assert min(kolmogorov_smirnov(old[:, k], new[:, k]).p_value for k in range(2)) > 0.01

    @pytest.mark.parametrize("score", [maximum_mean_discrepancy, frechet_distance])
    def test_equal_points(self, score: Callable[..., Drift]) -> None:
        assert score(np.ones((5, 3)), np.ones((4, 3)), permutations=9).p_value == 1
        assert score(np.ones((9, 3)), np.ones((8, 3)) * 2, permutations=199).p_value < 0.05
        far = np.random.default_rng(0).normal(size=(20, 3)) * 1e-3 + 1e6
        assert math.isfinite(score(far[:10], far[10:], permutations=9).value)

    @pytest.mark.parametrize(
        ("old", "said"),
        [
            (np.zeros((1, 3)), "at least 2"),
            (np.zeros(3), "expected features"),
            (np.zeros((3, 0)), "expected features"),
            (np.zeros((3, 4)), "different layers"),
            (np.full((3, 3), np.nan), "NaN or infinity"),
            (np.zeros((2000, 3)), "at most 2000"),
            (np.array([["a"] * 3] * 3), "expected features"),
        ],
        ids=["one row", "no rows", "no numbers", "other layer", "NaN", "many", "texts"],
    )
    def test_what_cannot_be_compared(self, old: np.ndarray, said: str) -> None:
        for score in (maximum_mean_discrepancy, frechet_distance):
            with pytest.raises(InputError, match=said):
                score(old, np.zeros((3, 3)))


ALIKE: dict[str, tuple[int, Callable[[np.random.Generator], Drift]]] = {
    "PSI": (400, lambda rng: psi(rng.normal(size=500), rng.normal(size=400))),
    "KS": (400, lambda rng: kolmogorov_smirnov(rng.normal(size=120), rng.normal(size=90))),
    "KS of whole numbers": (400, lambda rng: kolmogorov_smirnov(rng.integers(0, 6, 90), rng.integers(0, 6, 80))),
    "classes": (400, lambda rng: category_drift(rng.integers(0, 8, 200), rng.integers(0, 8, 150), categories=8)),
    "few classes": (
        200,
        lambda rng: category_drift(rng.integers(0, 5, 14), rng.integers(0, 5, 9), categories=5, draws=99),
    ),
    "MMD": (
        200,
        lambda rng: maximum_mean_discrepancy(rng.normal(size=(20, 3)), rng.normal(size=(15, 3)), permutations=39),
    ),
    "Fréchet": (150, lambda rng: frechet_distance(rng.normal(size=(20, 3)), rng.normal(size=(15, 3)), permutations=39)),
}


@pytest.mark.parametrize("name", ALIKE)
def test_how_often_nothing_alarms(name: str) -> None:
    """At 10%: no more than that plus three standard errors, and, but for ties, not much less."""
    times, draw = ALIKE[name]
    rng = np.random.default_rng(5)
    rate = np.mean([draw(rng).p_value <= 0.1 for _ in range(times)])
    error = math.sqrt(0.1 * 0.9 / times)
    assert rate <= 0.1 + 3 * error
    assert rate >= (0.01 if name == "KS of whole numbers" else 0.04)


class TestAnswers:
    def test_what_moved_is_told(self) -> None:
        torch.manual_seed(0)
        logits = 3 * torch.randn(400, 5)
        sure, unsure = answer_shift(logits, 3 * torch.randn(400, 5)), answer_shift(logits, torch.randn(400, 5))
        assert not sure.confidence.found() and not sure.classes.found()
        assert unsure.confidence.found() and unsure.confidence_current < unsure.confidence_reference
        moved = logits + torch.tensor([2.0, 0, 0, 0, 0])
        assert answer_shift(logits, moved).classes.found()
        assert answer_shift(logits, moved).mix_current[0] == pytest.approx((moved.argmax(1) == 0).double().mean())
        assert sum(unsure.mix_current) == pytest.approx(1)
        expected = scipy.special.softmax(logits.double().numpy(), axis=1).max(1).mean()
        assert sure.confidence_reference == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("logits", "said"),
        [
            (torch.zeros(0, 3), "expected"),
            (torch.zeros(3), "expected"),
            (torch.zeros(3, 4), "two models"),
            (torch.full((2, 3), torch.nan), "NaN"),
            (torch.zeros(2, 3, dtype=torch.int64), "expected"),
        ],
        ids=["none", "one", "other", "NaN", "whole"],
    )
    def test_what_are_no_answers(self, logits: torch.Tensor, said: str) -> None:
        with pytest.raises(InputError, match=said):
            answer_shift(torch.zeros(2, 3), logits)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_by_its_definition(values: list[float]) -> None:
    corrected = holm({str(n): p for n, p in enumerate(values)})
    order = sorted(range(len(values)), key=lambda n: values[n])
    for rank, n in enumerate(order):
        expected = max(min(1.0, (len(values) - k) * values[order[k]]) for k in range(rank + 1))
        assert corrected[str(n)] == pytest.approx(expected)
    with pytest.raises(InputError, match="between 0 and 1"):
        holm({"a": math.nan})


@pytest.mark.parametrize("freedom", [1, 2, 9, 100, 5000])
def test_the_tail_is_scipys(freedom: int) -> None:
    for value in (0.0, 0.5 * freedom, float(freedom), 2.0 * freedom, 20.0 + 3 * freedom):
        assert chi_squared_tail(value, freedom) == pytest.approx(
            scipy.stats.chi2.sf(value, freedom), rel=1e-6, abs=1e-300
        )


@pytest.mark.parametrize(
    "bad",
    [[], [[1.0]], ["a"], 3.0, [True, False], [1 + 2j], None],
    ids=["none", "two dimensions", "texts", "one number", "booleans", "complex", "nothing"],
)
def test_what_are_no_numbers(bad: object) -> None:
    for score in (psi, kolmogorov_smirnov):
        for old, new in ((bad, [1.0, 2.0]), ([1.0, 2.0], bad)):
            with pytest.raises(InputError, match="expected numbers"):
                score(old, new)
    with pytest.raises(InputError, match=r"expected whole numbers|runs from"):
        category_drift([0, 1], bad, categories=2)
    for wrong in ([0, 2], [-1, 0]):
        with pytest.raises(InputError, match="the categories 0 to 1"):
            category_drift([0, 1], wrong, categories=2)
