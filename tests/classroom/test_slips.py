"""Common slips are known by the exception that they raise."""

import linecache
from typing import Any

import pytest
import torch
from torch import nn

from classroom import spec
from classroom.checks.calls import Learner
from classroom.exchange.failures import LearnerError
from classroom.exchange.handler import RequestHandler


def notebook(source: str) -> Learner:
    namespace: dict[str, Any] = {"__name__": "__main__", "torch": torch, "nn": nn}
    linecache.cache["<notebook>"] = (len(source), None, source.splitlines(keepends=True), "<notebook>")
    exec(compile(source, "<notebook>", "exec"), namespace)
    return Learner(RequestHandler(namespace).answer)


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("return nn.CrossEntropyLoss(x, x)", "is a class: make one first"),
        ("return 1 if x > 0 else 2", "need one truth value"),
        ("return x in [x + 1]", "need one truth value"),
        ("return (m.bias == 0).sum()", "made with bias=False has `bias` None"),
        ("return m.bias.detach()", "made with bias=False has `bias` None"),
        ("return m.weight.grad.abs()", "something is None here"),
        ("m.weight = x", "takes an nn.Parameter"),
        ("return x[5]", "a position in the flattened tensor"),
        ("m.weight.zero_()", "hidden from autograd"),
        ("return m.weight.numpy()", "`detach()` comes before"),
        ("return x.bfloat16().numpy()", "NumPy has no bfloat16"),
        ("return x.T.view(-1)", "`reshape` and `flatten` take any"),
        ("return m(x.double())", "float32 unless it is told otherwise"),
        ("return x.double() @ x.T", "float32 unless it is told otherwise"),
        ("return torch.ones(2, 5) @ x", "nn.Linear's weight is (out, in)"),
        ("return (x > 1) - (x > 2)", "turn it into numbers"),
        ("return (x > 1).abs()", "turn it into numbers"),
        ("return x.long().mean()", "floating-point numbers only"),
        ("return x.long().softmax(0)", "floating-point numbers only"),
        ("x.sum().backward()", "the way from the loss back"),
        ("y = m(x).sum(); y.backward(); y.backward()", "a result of an earlier step"),
        ("return m(x, size=3)", "keep the names and order"),
        ("d = {1: 2}\n    for k in d: d[k + 1] = 0", "go over `list(...)`"),
    ],
)
def test_a_slip_has_its_cause(body: str, cause: str) -> None:
    ask = notebook(f"def f(m, x):\n    {body}")
    with pytest.raises(LearnerError) as caught:
        ask.call("f", spec.layer("Linear", 3, 3, bias=False), torch.arange(6.0).reshape(2, 3))
    assert cause in caught.value.hint


def test_another_exception_has_none() -> None:
    with pytest.raises(LearnerError) as caught:
        notebook("def f(): raise ValueError('odd')").call("f")
    assert caught.value.hint == ""
