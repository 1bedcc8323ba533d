"""Every check of an argument treats the same value alike."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from compresslab.arguments import at_least, one_of, positive, share, whole
from compresslab.errors import InputError


def not_negative(**given: float) -> None:
    at_least(0, **given)


CHECKS = (whole, positive, not_negative, share)
ONES = (1, np.int64(1), np.uint8(1))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("value", ONES, ids=repr)
def test_ints_of_python_and_numpy_pass_every_check(check, value) -> None:
    check(setting=value)


@pytest.mark.parametrize("check", CHECKS[1:])
@pytest.mark.parametrize("value", [0.5, np.float32(0.5), np.float16(0.5), Fraction(1, 2)], ids=repr)
def test_fractions_of_one_pass_every_check_but_that_of_whole_numbers(check, value) -> None:
    check(setting=value)
    with pytest.raises(InputError, match="must be a whole number"):
        whole(0, setting=value)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "value",
    [True, np.bool_(True), math.nan, math.inf, -math.inf, np.float32("nan"), np.float64("inf"), "1", [1], 1j, -1],
    ids=repr,
)
def test_no_check_takes_what_is_no_finite_number(check, value) -> None:
    with pytest.raises(InputError, match=r"^setting=.* must be .*\.$"):
        check(setting=value)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "value",
    [torch.tensor(1), torch.tensor(1.0), torch.tensor([1]), np.array(1), np.array([1.0]), torch.ones(2)],
    ids=repr,
)
def test_no_check_takes_a_tensor_or_an_array(check, value) -> None:
    with pytest.raises(InputError, match=rf"pass the {type(value).__name__}'s \.item\(\)"):
        check(setting=value)


@pytest.mark.parametrize("value", [2, 2.0, 9, 10, np.int32(2)], ids=repr)
def test_whole_numbers_have_both_ends_of_their_range(value) -> None:
    if value == 9:
        whole(3, 9, setting=value)
        return
    with pytest.raises(InputError, match=r"must be a whole number from 3 to 9: as said\."):
        whole(3, 9, "as said", setting=value)


def test_whole_numbers_may_be_unset_and_other_numbers_may_not() -> None:
    whole(setting=None)
    for check in CHECKS[1:]:
        with pytest.raises(InputError, match="setting=None"):
            check(setting=None)


@pytest.mark.parametrize(
    ("one", "zero", "refused"),
    [(True, True, set()), (False, True, {1}), (True, False, {0}), (False, False, {0, 1})],
)
def test_a_share_has_the_ends_that_are_asked_for(one: bool, zero: bool, refused: set[int]) -> None:
    for value in (0, 1, 0.5):
        if value in refused:
            with pytest.raises(InputError, match=f"setting={value} must be"):
                share(one=one, zero=zero, setting=value)
        else:
            share(one=one, zero=zero, setting=value)


def test_the_least_number_is_allowed_and_nothing_below_it() -> None:
    at_least(2.5, setting=2.5)
    with pytest.raises(InputError, match=r"must be a finite number of at least 2\.5\."):
        at_least(2.5, setting=np.nextafter(2.5, 0))
    with pytest.raises(InputError, match="setting=0 must be a positive"):
        positive(setting=0)


@pytest.mark.parametrize("value", ["c", None, ["a"], 1, ""], ids=repr)
def test_a_choice_is_one_of_the_names(value) -> None:
    one_of(("a", "b"), setting="b")
    with pytest.raises(InputError, match="is not known: choose from a, b"):
        one_of(("a", "b"), setting=value)
