"""Expectations: each raises `CheckFailed` with what was expected, what came, and the likely cause.

`got` is a `Reply` (its value is meant, and its call is then part of the message) or a plain value, for which the
message has the latest call. `hint` is the likely cause of a failure, addressed to the learner; it never gives the
answer.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from classroom.checks.calls import Reply, learner
from classroom.checks.compare import Tolerance, difference, is_number, kind
from classroom.exchange.failures import CheckFailed, LearnerError
from classroom.exchange.show import show
from classroom.exchange.spec import Handle
from classroom.exchange.views import ModuleView, OptimizerView


def that(condition: bool, expected: str, came: str, hint: str = "") -> None:
    """A condition that none of the other expectations states.

    >>> that(2 > 1, "a larger number", "a smaller one")
    """
    if not condition:
        raise CheckFailed(expected, came, hint, learner.latest)


def close(got: Any, wanted: Any, hint: str = "", *, rtol: float | None = None, atol: float | None = None) -> None:
    """Equal up to rounding: a number, a tensor, an array, or lists, tuples and dicts of them.

    Args:
        got: the answer. Where `wanted` is a tensor it must be one too; a tensor without dimensions is a number.
        wanted: what it should be, computed in float64 where rounding matters. None is no answer, nor a list with one or
            a dict of nothing else: it may come from another function of the learner's, and would agree with none here.
        hint: the likely cause.
        rtol, atol: tolerances; if None, those of the answer's precision (of half precision, only if such was sent in
            the call, or is wanted).

    >>> close(0.1 + 0.2, 0.3)
    >>> close(2.0, 3.0, "do you add the zero point?")
    Traceback (most recent call last):
    classroom.exchange.failures.CheckFailed: expected: 3...
    came: 2...
    likely cause: do you add the zero point?
    """
    value, call = _value(got)
    _refuse_none(wanted, call)
    sent = got if isinstance(got, Reply) else learner
    found = difference(value, wanted, Tolerance(rtol, atol, lambda: sent.precisions))
    if found:
        raise CheckFailed(*found, hint, call)


def equal(got: Any, wanted: Any, hint: str = "") -> None:
    """Equal in type and value; tensors in shape, dtype and every element (NaN equals NaN). None is no answer here too.

    >>> equal([1, 2], [1, 2])
    >>> equal(torch.tensor([1.0]), torch.tensor([1]))
    Traceback (most recent call last):
    classroom.exchange.failures.CheckFailed: expected: dtype torch.int64
    came: dtype torch.float32
    """
    value, call = _value(got)
    if wanted is not None or isinstance(got, Reply):  # a part of an answer, a setting say, may well be None
        _refuse_none(wanted, call)
    found = difference(value, wanted)
    if found:
        raise CheckFailed(*found, hint, call)


def gradient(reply: Reply, wanted: Any, hint: str = "", *, of: int = 0) -> None:
    """The gradient that arrived at the argument `wrt[of]` of `learner.gradient` is close to `wanted`.

    >>> from classroom.checks.calls import Learner
    >>> from classroom.exchange.handler import RequestHandler
    >>> notebook = Learner(RequestHandler({"double": lambda x: 2 * x}).answer)
    >>> gradient(notebook.gradient("double", torch.tensor([3.0])), torch.tensor([2.0]))
    """
    got = reply.gradients[of]
    if got is None:
        raise CheckFailed("a gradient", "none: no gradient reached the argument", hint, reply.call)
    found = difference(got, wanted, Tolerance(sent=lambda: reply.precisions), "the gradient")
    if found:
        raise CheckFailed(*found, hint, reply.call)


def unchanged(
    reply: Reply, *which: int | str, hint: str = "does the function work in place, where it should make something new?"
) -> None:
    """The call modified no tensor, list or dict, and no parameter or buffer of a module.

    Args:
        reply: of the call.
        which: the arguments that are meant, by position or name; all of them if none is named.
        hint: the likely cause.

    >>> from classroom.checks.calls import Learner
    >>> from classroom.exchange.handler import RequestHandler
    >>> notebook = Learner(RequestHandler({"double": lambda x: x.mul_(2)}).answer)
    >>> unchanged(notebook.call("double", torch.tensor([3.0])))
    Traceback (most recent call last):
    classroom.exchange.failures.CheckFailed: expected: 3 ... argument 0
    came: 6 after the call
    ...
    """
    before = dict(enumerate(reply.args_before)) | reply.kwargs_before
    after = dict(enumerate(reply.args)) | reply.kwargs
    for key in which or before:
        found = difference(after[key], before[key], path=f"argument {key}")
        if found:
            expected, came = found
            raise CheckFailed(expected, f"{came} after the call", hint, reply.call)


@contextlib.contextmanager
def raises(*kinds: type[Exception], hint: str = "") -> Iterator[None]:
    """A call inside raises one of these exceptions, or a subclass. A function that isn't written yet doesn't.

    >>> from classroom.checks.calls import Learner
    >>> from classroom.exchange.handler import RequestHandler
    >>> notebook = Learner(RequestHandler({"first": lambda items: items[0]}).answer)
    >>> with raises(IndexError):
    ...     notebook.call("first", [])
    """
    names = [each.__name__ for each in kinds]
    expected = f"{' or '.join(names)}, raised by the function"
    try:
        yield
    except LearnerError as error:
        if "NotImplementedError" in error.kinds or not set(names) & set(error.kinds):
            raise CheckFailed(expected, error.came, error.hint or hint, learner.latest) from None
    else:
        raise CheckFailed(expected, "no exception", hint, learner.latest)


def tensor(got: Any, hint: str = "", *, shape: Sequence[int] | None = None, dtype: torch.dtype | None = None) -> Tensor:
    """A tensor, of this shape and dtype where they are given.

    Returns:
        The tensor, detached.

    >>> tensor(torch.ones(2, 3), shape=(3, 2))
    Traceback (most recent call last):
    classroom.exchange.failures.CheckFailed: expected: shape (3, 2)
    came: shape (2, 3)
    """
    value, call = _value(got)
    if not isinstance(value, Tensor):
        raise CheckFailed("a tensor", f"{kind(value)}: {show(value)}", hint, call)
    if shape is not None and value.shape != torch.Size(shape):
        raise CheckFailed(f"shape {tuple(shape)}", f"shape {tuple(value.shape)}", hint, call)
    if dtype is not None and value.dtype != dtype:
        raise CheckFailed(f"dtype {dtype}", f"dtype {value.dtype}", hint, call)
    return value.detach()


def number(got: Any, hint: str = "", *, low: float = -1e300, high: float = 1e300) -> float:
    """A finite number from `low` to `high`: of Python or numpy, or a tensor without dimensions.

    Returns:
        The number.

    >>> number(torch.tensor(0.5), low=0, high=1)
    0.5
    """
    value, call = _value(got)
    if not is_number(value):
        raise CheckFailed("a number", f"{kind(value)}: {show(value)}", hint, call)
    found = float(value.detach() if isinstance(value, Tensor) else value)
    if not low <= found <= high:
        asked = "a finite number" if (low, high) == (-1e300, 1e300) else f"a number from {low:g} to {high:g}"
        raise CheckFailed(asked, show(found), hint, call)
    return found


def mapping(got: Any, keys: Sequence[Any], hint: str = "") -> dict[Any, Any]:
    """A dict with just these keys, in any order.

    Returns:
        The dict.

    >>> mapping({"scale": 0.1, "zero_point": 3}, ["zero_point", "scale"])["scale"]
    0.1
    """
    value, call = _value(got)
    if not isinstance(value, dict):
        raise CheckFailed("a dict", f"{kind(value)}: {show(value)}", hint, call)
    if value.keys() != set(keys):
        raise CheckFailed(f"the keys {show(list(keys))}", f"the keys {show(list(value))}", hint, call)
    return value


def sequence(got: Any, length: int | None = None, hint: str = "") -> list[Any]:
    """A list or tuple, of this length where it is given.

    Returns:
        Its items.

    >>> sequence((1, 2), length=2)
    [1, 2]
    """
    value, call = _value(got)
    if not isinstance(value, list | tuple):
        raise CheckFailed("a list or tuple", f"{kind(value)}: {show(value)}", hint, call)
    if length is not None and len(value) != length:
        raise CheckFailed(f"{length} item{'s' * (length != 1)}", f"{len(value)}: {show(value)}", hint, call)
    return list(value)


def integers(got: Any, hint: str = "") -> list[int]:
    """A list or tuple of whole numbers, each of Python or of NumPy.

    Returns:
        Python's.

    >>> integers((1, np.int64(2)))
    [1, 2]
    """
    value, call = _value(got)
    items = sequence(got, None, hint)
    for item in items:
        if isinstance(item, bool) or not isinstance(item, int | np.integer):
            raise CheckFailed("a list of ints", f"{show(item)}, {kind(item)}, in {show(value)}", hint, call)
    return [int(item) for item in items]


def module(got: Any, hint: str = "") -> ModuleView:
    """An nn.Module without hooks.

    Returns:
        Its view; `.build()` makes it a module again.

    >>> from classroom.checks.calls import Learner
    >>> from classroom.exchange.handler import RequestHandler
    >>> from classroom.exchange import spec
    >>> notebook = Learner(RequestHandler({"same": lambda layer: layer}).answer)
    >>> module(notebook.call("same", spec.layer("Linear", 4, 3))).build()
    Linear(in_features=4, out_features=3, bias=True)
    """
    value, call = _value(got)
    if not isinstance(value, ModuleView):
        raise CheckFailed("an nn.Module", f"{kind(value)}: {show(value)}", hint, call)
    for path, each in value.modules():
        if each.hooks:
            where = f"{path} ({each.class_name})" if path else f"the {each.class_name}"
            left = "a hook that stays works in all that the model does from now on: remove it when its work is done"
            if "forward_pre_hooks" in each.hooks:
                left += " (`torch.nn.utils.prune.remove`, where it is that module's)"
            raise CheckFailed("a module without hooks", f"{', '.join(each.hooks)} on {where}", left, call)
    return value


def optimizes(got: Any, *modules: tuple[Handle, ModuleView], hint: str = "") -> None:
    """An optimizer holds every parameter of these modules, and nothing else.

    Args:
        got: a reply whose value is an optimizer, or what `learner.look` gives for one.
        modules: each module's handle, and what `learner.look` gives for it.
        hint: the likely cause.

    >>> from classroom.checks.calls import Learner
    >>> from classroom.exchange.handler import RequestHandler
    >>> from classroom.exchange import spec
    >>> notebook = Learner(RequestHandler({"make": lambda layer: torch.optim.SGD(layer.parameters(), lr=0.1)}).answer)
    >>> linear = notebook.make(spec.layer("Linear", 4, 3))
    >>> optimizes(notebook.call("make", linear), (linear, notebook.look(linear)))
    """
    value, call = _value(got)
    if not isinstance(value, OptimizerView):
        raise CheckFailed("an optimizer", f"{kind(value)}: {show(value)}", hint, call)
    wanted = [(handle, name) for handle, view in modules for name in view.parameters()]
    held = [place for group in value.parameters for place in group]
    missing = [place for place in wanted if place not in held]
    if missing:
        raise CheckFailed(f"an optimizer that holds {_places(missing)}", f"one of {_places(held)}", hint, call)
    others = [place for place in held if place not in wanted]
    if others:
        raise CheckFailed(f"an optimizer of {_places(wanted)} alone", f"{_places(others)} in it too", hint, call)


def _places(places: Sequence[tuple[Handle | None, str]]) -> str:
    return ", ".join(f"{name} of {handle}" if handle else name for handle, name in places) or "nothing"


def _refuse_none(wanted: Any, call: str) -> None:
    if wanted is None:
        hint = "does one of your functions that this one is compared with return nothing, or isn't it written yet?"
        raise CheckFailed("something to compare with", "None", hint, call)
    if isinstance(wanted, dict):  # one None of several is a setting
        values = list(wanted.values())
        wanted = [value for value in values if value is not None] or values
    if isinstance(wanted, list | tuple):
        for item in wanted:
            _refuse_none(item, call)


def _value(got: Any) -> tuple[Any, str]:
    return (got.value, got.call) if isinstance(got, Reply) else (got, learner.latest)
