import math

import numpy as np
import pytest
import torch

from classroom.checks.compare import Tolerance, difference

ROUGHLY = Tolerance()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1.00001, 1.0),
        (torch.tensor(1.0), 1),
        (np.float32(0.5), 0.5),
        (3, torch.tensor(3.0)),
        (math.nan, math.nan),
        (math.inf, math.inf),
        (10**30, 1e30),
        (torch.tensor([1.0, math.nan]), torch.tensor([1.0, math.nan], dtype=torch.float64)),
        (torch.tensor([1.001], dtype=torch.float16), torch.tensor([1.0], dtype=torch.float16)),
        (torch.ones(0, 3), torch.ones(0, 3)),
        ([1.0, (2, "a")], (1.0, [2, "a"])),
        ({"a": torch.ones(2)}, {"a": torch.ones(2, dtype=torch.float64)}),
        (True, True),
        (None, None),
    ],
)
def test_equal_up_to_rounding(value: object, wanted: object) -> None:
    assert difference(value, wanted, ROUGHLY) is None


@pytest.mark.parametrize(
    ("value", "wanted", "expected", "came"),
    [
        (1.1, 1.0, "1", "1.1"),
        (math.nan, 1.0, "1", "nan"),
        (10**400 % 10**300, 1.0, "1", "0"),
        (None, 1.0, "a number: 1.0", "None: None"),
        ("1", 1.0, "a number: 1.0", "a str: '1'"),
        (True, 1, "a number: 1", "a bool: True"),
        (1, True, "True", "1 (an int)"),
        ([1.0], torch.ones(1), "a tensor of shape (1,), float32", "a list: [1.0]"),
        (torch.ones(2), torch.ones(3), "shape (3,)", "shape (2,)"),
        (torch.ones(2, 1), torch.ones(2), "shape (2,)", "shape (2, 1)"),
        (torch.tensor([1.0, 5.0, 2.0]), torch.ones(3), "1 at [1]", "5 (2 of 3 elements differ, this one most)"),
        (torch.tensor([[1.0, math.nan]]), torch.ones(1, 2), "1 at [0, 1]", "nan (1 of 2"),
        ([1, 2], [1, 2, 3], "3 items: [1, 2, 3]", "2: [1, 2]"),
        ({"a": 1}, {"b": 1}, "the keys ['b']", "the keys ['a']"),
        ({"a": [1, 2]}, {"a": [1, 3]}, "3 for ['a'][1]", "2"),
        (torch.ones(1), [1.0], "a list", "a tensor of shape (1,), float32"),
    ],
)
def test_the_first_difference_is_described(value: object, wanted: object, expected: str, came: str) -> None:
    found = difference(value, wanted, ROUGHLY)
    assert found is not None
    assert found[0].startswith(expected)
    assert found[1].startswith(came)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1.0, 1),
        (torch.tensor(1), 1),
        (torch.ones(2), torch.ones(2, dtype=torch.float64)),
        (torch.ones(2), torch.ones(2) + 1e-7),
    ],
)
def test_without_a_tolerance_types_and_bits_count(value: object, wanted: object) -> None:
    assert difference(value, wanted, ROUGHLY) is None
    assert difference(value, wanted) is not None
    assert difference(wanted, wanted) is None


def test_whole_numbers_of_numpy_are_whole_numbers() -> None:
    assert difference(np.int64(1), 1) is None
    assert difference([np.int32(1), 2], [1, 2]) is None
    assert difference(np.int64(1), 2) == ("2", "1")
    assert difference(np.float64(1), 1) is not None
    assert difference(True, 1) is not None


def test_two_numbers_that_differ_are_shown_in_digits_that_show_it() -> None:
    assert difference(0.12345678, 0.12345679, Tolerance(0.0, 0.0)) == ("0.12345679", "0.12345678")
    assert difference(1.0, 1.0 + 2**-52, Tolerance(0.0, 0.0)) == ("1.0000000000000002", "1")


def test_a_tolerance_can_be_chosen() -> None:
    assert difference(1.1, 1.0, Tolerance(rtol=0.2)) is None
    assert difference(1.0001, 1.0, Tolerance(rtol=0.0, atol=0.0)) is not None


HALF, BRAIN, SINGLE, DOUBLE = torch.float16, torch.bfloat16, torch.float32, torch.float64


@pytest.mark.parametrize(
    ("value", "wanted", "sent", "agrees"),
    [
        (torch.tensor(0.875, dtype=BRAIN), 0.87, [], False),
        (torch.tensor(0.875, dtype=BRAIN), 0.87, [SINGLE, DOUBLE], False),
        (torch.tensor(0.875, dtype=BRAIN), 0.87, [SINGLE, BRAIN], True),
        (torch.tensor(0.875, dtype=BRAIN), 0.87, [HALF], False),
        (torch.tensor([0.875], dtype=BRAIN), torch.tensor([0.87], dtype=BRAIN), [], True),
        (torch.tensor([1.001], dtype=HALF), torch.tensor([1.0]), [], False),
        (torch.tensor([1.001], dtype=HALF), torch.tensor([1.0]), [BRAIN], True),
        (np.float16(0.333), 1 / 3, [], False),
        (np.array([0.333], dtype=np.float16), np.array([1 / 3]), [HALF], True),
        ({"a": [torch.tensor(87.0, dtype=BRAIN)]}, {"a": [87.12]}, [DOUBLE], False),
        (torch.tensor(0.8700001), 0.87, [], True),
        (torch.tensor(0.8700001, dtype=DOUBLE), 0.87, [BRAIN], False),
    ],
)
def test_half_precision_counts_where_it_was_sent_or_is_wanted(
    value: object, wanted: object, sent: list[torch.dtype], agrees: bool
) -> None:
    found = difference(value, wanted, Tolerance(sent=lambda: sent))
    assert (found is None) is agrees
