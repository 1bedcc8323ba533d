from collections.abc import Callable
from typing import Any

import pytest
import torch

from classroom import expect
from classroom.checks.calls import Reply
from classroom.exchange.failures import CheckFailed, LearnerError, NoAnswer, Raised


def reply(value: Any, *, before: list[Any] | None = None, after: list[Any] | None = None, **more: Any) -> Reply:
    return Reply(value, after or [], {}, more.get("gradients", []), "f(1)", lambda: (before or [], {}))


def test_a_failure_has_its_parts() -> None:
    with pytest.raises(CheckFailed) as caught:
        expect.close(reply(2.0), 1.0, "is it halved?")
    assert str(caught.value) == "expected: 1\ncame: 2\nfrom: f(1)\nlikely cause: is it halved?"
    assert caught.value._render_traceback_() == [f"CheckFailed\n{caught.value}"]


def test_values_pass_where_they_should() -> None:
    expect.close(reply(1.0), 1.0)
    expect.equal(3, 3)
    expect.that(True, "", "")
    assert expect.number(reply(torch.tensor(2.0, requires_grad=True)), low=2, high=2) == 2.0
    assert expect.tensor(reply(torch.ones(2, 3)), shape=(2, 3), dtype=torch.float32).shape == (2, 3)
    assert expect.mapping({"a": 1, "b": 2}, ["b", "a"]) == {"a": 1, "b": 2}
    assert expect.sequence((1, 2), 2) == [1, 2]
    expect.gradient(reply(0, gradients=[torch.ones(2)]), [1.0, 1.0] and torch.ones(2))


@pytest.mark.parametrize(
    ("check", "expected", "came"),
    [
        (lambda: expect.equal(3.0, 3), "an int: 3", "a float: 3.0"),
        (lambda: expect.that(False, "a", "b"), "a", "b"),
        (lambda: expect.number("1"), "a number", "a str: '1'"),
        (lambda: expect.number(float("nan")), "a finite number", "nan"),
        (lambda: expect.number(3, low=0, high=1), "a number from 0 to 1", "3"),
        (lambda: expect.tensor([1]), "a tensor", "a list: [1]"),
        (lambda: expect.tensor(torch.ones(2), shape=(3,)), "shape (3,)", "shape (2,)"),
        (lambda: expect.tensor(torch.ones(2), dtype=torch.int8), "dtype torch.int8", "dtype torch.float32"),
        (lambda: expect.mapping(1, ["a"]), "a dict", "an int: 1"),
        (lambda: expect.mapping({"a": 1}, ["b"]), "the keys ['b']", "the keys ['a']"),
        (lambda: expect.sequence({1: 2}), "a list or tuple", "a dict: {1: 2}"),
        (lambda: expect.sequence([1], 2), "2 items", "1: [1]"),
        (lambda: expect.module(1), "an nn.Module", "an int: 1"),
        (lambda: expect.optimizes(1), "an optimizer", "an int: 1"),
        (lambda: expect.gradient(reply(0, gradients=[None]), 1), "a gradient", "none: no gradient reached"),
        (
            lambda: expect.gradient(reply(0, gradients=[torch.zeros(1)]), torch.ones(1)),
            "1 at [0] for the gradient",
            "0",
        ),
    ],
)
def test_each_expectation_says_what_was_expected_and_what_came(check: Any, expected: str, came: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        check()
    lines = str(caught.value).splitlines()
    assert lines[0] == f"expected: {expected}"
    assert lines[1].startswith(f"came: {came}")


def test_modified_arguments_are_found_one_by_one() -> None:
    changed = reply(0, before=[torch.ones(2), [1], 3], after=[torch.ones(2), [1, 2], 3])
    expect.unchanged(changed, 0, 2)
    for which in [(), (1,)]:
        with pytest.raises(CheckFailed, match="argument 1"):
            expect.unchanged(changed, *which)
    casted = reply(0, before=[torch.ones(2)], after=[torch.ones(2).double()])
    with pytest.raises(CheckFailed, match="dtype"):
        expect.unchanged(casted)


def failing(*kinds: str) -> LearnerError:
    return LearnerError(Raised(kinds, "no", ""), "f(1)")


def test_an_exception_is_expected_by_its_class() -> None:
    with expect.raises(ValueError):
        raise failing("InputError", "ValueError", "Exception")
    for wrong in (failing("TypeError", "Exception"), failing("NotImplementedError", "RuntimeError", "Exception")):
        asked = "expected: ValueError or RuntimeError, raised by the function"
        with pytest.raises(CheckFailed, match=asked), expect.raises(ValueError, RuntimeError):
            raise wrong
    with pytest.raises(CheckFailed, match="no exception"), expect.raises(ValueError):
        pass
    with pytest.raises(NoAnswer), expect.raises(Exception):
        raise NoAnswer("none within 1 s")


@pytest.mark.parametrize(
    "nothing", [None, {"0.weight": None}, [1.0, None], ({"a": (None,)},), {"a": torch.ones(2), "b": {"c": None}}]
)
@pytest.mark.parametrize("expectation", [expect.equal, expect.close])
def test_nothing_does_not_agree_with_nothing(expectation: Callable[[Any, Any], None], nothing: Any) -> None:
    for got in (reply(nothing), nothing)[: 1 if nothing is None else 2]:
        with pytest.raises(CheckFailed, match="something to compare with"):
            expectation(got, nothing)


def test_a_setting_may_be_none() -> None:
    expect.equal(None, None)
    expect.equal(reply({"momentum": None, "eps": 0.1}), {"momentum": None, "eps": 0.1})
