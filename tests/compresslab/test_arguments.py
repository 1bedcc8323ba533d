"""Every check of an argument treats the same value alike."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
import torch

from compresslab import plots
from compresslab.arguments import at_least, one_of, positive, share, whole
from compresslab.data import Batches, load
from compresslab.distillation import distillation_objective
from compresslab.errors import InputError
from compresslab.factorization import low_rank, rank_for_budget
from compresslab.pruning import cubic_sparsity, n_m_masks, step_fraction
from compresslab.quantization import symmetric_scale


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
    [True, np.bool_(True), math.nan, math.inf, -math.inf, np.float32("nan"), np.float64("inf"), "1", [1], 1j, -1, None],
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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: low_rank(torch.ones(5, 7), None), "rank=None must be a whole number from 1 to 5"),
        (lambda: rank_for_budget(4, 4, budget_bytes=100.0), "budget_bytes=100.0 must be a whole number"),
        (lambda: symmetric_scale(torch.ones(2, 2), bits=torch.tensor(8)), "bits=tensor(8) must be"),
        (lambda: step_fraction(True, 2), "sparsity=True must be between 0 and 1"),
        (lambda: cubic_sparsity(0, start=0, steps=1.5, final=0.5), "steps=1.5 must be a whole number"),
        (lambda: n_m_masks({}, n=2, m=4.0), "m=4.0 must be a whole number"),
        (lambda: distillation_objective(torch.nn.Flatten(), alpha=math.nan), "alpha=nan must be between 0 and 1"),
        (lambda: distillation_objective(torch.nn.Flatten(), temperature=0), "temperature=0 must be a positive"),
        (lambda: load("digits").subset(train=50, seed=-1), "seed=-1 must be a whole number of at least 0"),
        (lambda: next(Batches(load("digits"), load("digits").test, 9).epoch(-1)), "epoch=-1 must be"),
        (lambda: plots.singular_values_chart({"w": torch.eye(3)}, chosen_rank=0), "chosen_rank=0 must be"),
        (lambda: plots.sample_page(load("digits"), "tests"), "split='tests' is not known"),
        (lambda: plots.fractions_chart(1.0, 4), "sparsity=1.0 must be above 0 and below 1"),
    ],
)
def test_settings_are_refused_before_they_give_a_wrong_number(call, message) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        call()
