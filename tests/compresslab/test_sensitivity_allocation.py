"""Allocation under a budget, against every combination; and targets, whose search ends whatever is measured."""

import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compresslab.errors import InputError
from compresslab.sensitivity import (
    Allocation,
    Option,
    allocate_exactly,
    allocate_greedily,
    least_bytes,
    search_setting,
)

losses = st.integers(-3, 20).map(lambda eighths: eighths / 8)  # exact in binary, so that sums have one value
tables = st.lists(
    st.lists(st.builds(Option, st.integers(2, 8), st.integers(0, 30), losses), min_size=1, max_size=5),
    min_size=1,
    max_size=4,
).map(lambda layers: {f"layer{number}": options for number, options in enumerate(layers)})


def every(options: dict[str, Sequence[Option]]) -> list[tuple[int, float]]:
    """Bytes and loss of all combinations."""
    chosen = itertools.product(*options.values())
    return [(sum(one.size_bytes for one in each), sum(one.loss for one in each)) for each in chosen]


@given(tables, st.integers(0, 40), st.floats(0, 1))
def test_exact_allocation_is_the_best_of_all_combinations(options, fixed, share) -> None:
    sizes = [size for size, _ in every(options)]
    budget = fixed + min(sizes) + share * (max(sizes) - min(sizes))
    best = min((loss, size) for size, loss in every(options) if size + fixed <= budget)
    found = allocate_exactly(options, budget, fixed_bytes=fixed)
    assert (found.loss, found.size_bytes - fixed) == best
    assert list(found.chosen) == list(options)
    assert all(one in options[layer] for layer, one in found.chosen.items())


@given(tables, st.integers(0, 40), st.floats(0, 1))
def test_greedy_allocation_fits_and_is_at_most_one_step_off(options, fixed, share) -> None:
    sizes = [size for size, _ in every(options)]
    budget = fixed + min(sizes) + share * (max(sizes) - min(sizes))
    greedy = allocate_greedily(options, budget, fixed_bytes=fixed)
    assert greedy.size_bytes <= budget
    assert greedy.loss >= allocate_exactly(options, budget, fixed_bytes=fixed).loss
    # At a budget that it meets exactly, nothing of the same size is better.
    assert greedy.loss == allocate_exactly(options, greedy.size_bytes, fixed_bytes=fixed).loss


def test_the_greedy_step_that_saves_too_much() -> None:
    options = {"a": [Option(None, 100, 0.0), Option(4, 0, 0.5)], "b": [Option(None, 10, 0.0), Option(4, 0, 0.1)]}
    assert allocate_greedily(options, 105).loss == 0.5
    assert allocate_exactly(options, 105).settings == {"b": 4}


def test_an_option_above_the_hull_is_left_out_by_the_greedy_one_only() -> None:
    options = {"a": [Option(None, 90, 0.0), Option(8, 60, 0.5), Option(4, 30, 0.6)]}
    assert allocate_greedily(options, 60).settings == {"a": 4}
    assert allocate_exactly(options, 60).settings == {"a": 8}


def test_a_layer_that_loses_less_per_byte_gives_way_first() -> None:
    grid = (1.0, 0.5, 0.25)
    options = {
        name: [Option(share, round(1000 * share), cost * (1 - share)) for share in grid]
        for name, cost in (("robust", 0.1), ("sensitive", 5.0))
    }
    assert allocate_exactly(options, 1300).settings == {"robust": 0.25, "sensitive": 1.0}
    assert allocate_greedily(options, 1300) == allocate_exactly(options, 1300)


def test_many_layers_stay_within_reach() -> None:
    options = {
        f"layer{n}": [
            Option(bits, 997 * (n + 1) * bits // 8, math.exp(-bits) * (1 + math.sin(n) ** 2)) for bits in range(2, 9)
        ]
        for n in range(24)
    }
    budget = 0.5 * sum(each[-1].size_bytes for each in options.values())
    exact, greedy = allocate_exactly(options, budget), allocate_greedily(options, budget)
    assert exact.loss <= greedy.loss and exact.size_bytes <= budget


@pytest.mark.parametrize("allocate", [allocate_exactly, allocate_greedily])
def test_what_cannot_be_allocated(allocate) -> None:
    options = {"a": [Option(None, 80, 0.0), Option(4, 40, 0.1)], "b": [Option(None, 60, 0.0)]}
    with pytest.raises(InputError, match="below 110 bytes, the least"):
        allocate(options, 109, fixed_bytes=10)
    assert allocate(options, 110, fixed_bytes=10).size_bytes == 110
    assert allocate(options, math.inf).settings == {}
    with pytest.raises(InputError, match="below 100 bytes"):
        allocate(options, -math.inf)
    with pytest.raises(InputError, match="options is empty"):
        allocate({}, 100)
    with pytest.raises(InputError, match="'b' has no option"):
        allocate({**options, "b": []}, 100)
    with pytest.raises(InputError, match="budget_bytes is NaN"):
        allocate(options, math.nan)
    for bad in (Option(4, 40, math.nan), Option(4, 40, math.inf), Option(4, -1, 0.0), Option(4, 1.5, 0.0)):
        with pytest.raises(InputError, match="layer 'a' has Option"):
            allocate({"a": [bad]}, 100)


def test_least_bytes_and_an_empty_allocation() -> None:
    assert least_bytes({"a": [Option(4, 40, 0.1), Option(2, 20, 9.0)]}, fixed_bytes=5) == 25
    empty = Allocation({}, fixed_bytes=7)
    assert (empty.size_bytes, empty.loss, empty.settings) == (7, 0.0, {})


@given(
    st.lists(st.integers(0, 1000), min_size=2, max_size=60).map(lambda sizes: sorted(sizes, reverse=True)),
    st.integers(0, 1000),
)
def test_bisection_finds_the_mildest_step_that_fits(sizes, target) -> None:
    last = len(sizes) - 1

    def measure(setting: float) -> float:
        return sizes[math.floor(setting)]

    if sizes[-1] > target:
        with pytest.raises(InputError, match=f"gives {sizes[-1]:,}"):
            search_setting(measure, target, mildest=0, strongest=last, tolerance=0.25)
        return
    found = search_setting(measure, target, mildest=0, strongest=last, tolerance=0.25)
    first = next(step for step, size in enumerate(sizes) if size <= target)
    assert found.measured <= target and first <= found.setting <= first + 0.25
    assert len(found.trials) <= 2 + math.ceil(math.log2(last / 0.25))


def test_a_budget_that_falls_is_a_range_too() -> None:
    found = search_setting(lambda budget: budget * 1.1, 55.0, mildest=100.0, strongest=10.0, tolerance=0.01)
    assert 49.98 < found.setting <= 50.0


@given(st.lists(st.floats(0, 100), min_size=400, max_size=400), st.floats(0, 100))
def test_a_noisy_measure_ends_too(values, target) -> None:
    draw = iter(values)
    calls = []

    def measure(setting: float) -> float:
        calls.append(setting)
        return next(draw)

    try:
        found = search_setting(measure, target, mildest=0.0, strongest=1.0, tolerance=1e-3)
        assert found.measured <= target
    except InputError:
        assert values[0] > target
    assert len(calls) <= 12


def test_a_measure_that_never_changes_is_said_to_be_blind() -> None:
    with pytest.raises(InputError, match=r"gives 1,000\. The mildest gives the same: does the measure see"):
        search_setting(lambda sparsity: 1000, 300, mildest=0, strongest=1, tolerance=0.01)
    assert search_setting(lambda sparsity: 1000, 1000, mildest=0, strongest=1, tolerance=0.01).setting == 0


def test_a_tolerance_finer_than_floats_ends() -> None:
    found = search_setting(lambda x: 1.0 - x, 0.3, mildest=0.0, strongest=1.0, tolerance=1e-300)
    assert found.setting == pytest.approx(0.7) and len(found.trials) < 1100


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tolerance": 0}, "tolerance=0"),
        ({"mildest": 1.0}, "two ends of a range"),
        ({"strongest": math.nan}, "two ends of a range"),
        ({"target": math.nan}, "target=nan"),
    ],
)
def test_ranges_that_are_none(wrong, said) -> None:
    settings = {"target": 0.5, "mildest": 0.0, "strongest": 1.0, "tolerance": 0.1} | wrong
    with pytest.raises(InputError, match=said):
        search_setting(lambda x: 1 - x, **settings)


def test_a_measure_of_nan() -> None:
    with pytest.raises(InputError, match="at setting 0 is NaN"):
        search_setting(lambda x: math.nan if x == 0 else 0.0, 0.5, mildest=0.0, strongest=1.0, tolerance=0.1)
