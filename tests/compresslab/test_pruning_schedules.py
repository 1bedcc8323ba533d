"""Schedules against their closed forms, exact at both ends."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compresslab.errors import InputError
from compresslab.pruning import cubic_sparsity, iterative_sparsities, step_fraction

shares = st.floats(0, 1)


@given(shares, st.integers(1, 30))
def test_removing_the_fraction_of_the_rest_in_every_round_ends_at_the_target(share: float, rounds: int) -> None:
    left = 1.0
    for total in iterative_sparsities(share, rounds):
        left *= 1 - step_fraction(share, rounds)
        assert 1 - left == pytest.approx(total, abs=1e-12)
    assert total == share  # to the last bit


def test_known_values() -> None:
    assert step_fraction(0.75, 2) == pytest.approx(0.5)
    assert iterative_sparsities(0.875, 3) == pytest.approx((0.5, 0.75, 0.875))
    assert iterative_sparsities(0.9, 1) == (0.9,)
    assert iterative_sparsities(1.0, 3) == (1.0, 1.0, 1.0)
    assert iterative_sparsities(0.0, 2) == (0.0, 0.0)


@given(shares, st.integers(1, 30))
def test_rounds_only_add(share: float, rounds: int) -> None:
    totals = iterative_sparsities(share, rounds)
    assert len(totals) == rounds
    assert all(0 <= a <= b + 1e-15 for a, b in pairwise(totals))


@given(st.integers(0, 100), st.integers(1, 100), shares, shares)
def test_the_cubic_climb_never_falls_and_is_exact_outside(start: int, steps: int, one: float, other: float) -> None:
    initial, final = sorted((one, other))
    climb = [
        cubic_sparsity(t, start=start, steps=steps, initial=initial, final=final) for t in range(start + steps + 9)
    ]
    assert set(climb[: start + 1]) == {initial}
    assert set(climb[start + steps :]) == {final}
    assert all(a <= b + 1e-12 for a, b in pairwise(climb))


def test_halfway_up_the_cubic_climb_seven_eighths_are_done() -> None:
    assert cubic_sparsity(15, start=10, steps=10, initial=0.2, final=0.9) == pytest.approx(0.2 + 7 / 8 * 0.7)
    assert cubic_sparsity(5, start=0, steps=20, final=0.8) == pytest.approx(0.8 * (1 - 27 / 64))


def test_bad_settings_are_named() -> None:
    for call in (step_fraction, iterative_sparsities):
        with pytest.raises(InputError, match=r"sparsity=1\.5"):
            call(1.5, 2)
        with pytest.raises(InputError, match="rounds=0"):
            call(0.5, 0)
    good = {"start": 0, "steps": 10, "final": 0.9}
    for bad in ({"start": -1}, {"steps": 0}, {"final": float("nan")}, {"initial": -0.1}):
        (name, value) = next(iter(bad.items()))
        with pytest.raises(InputError, match=f"{name}={value}"):
            cubic_sparsity(0, **good | bad)
    with pytest.raises(InputError, match=r"initial=0\.95 is above final=0\.9"):
        cubic_sparsity(0, **good, initial=0.95)
