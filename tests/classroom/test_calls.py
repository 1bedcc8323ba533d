"""What a check can ask of a notebook, asked of one in this process; tests/grader asks the same of another process."""

import linecache
from typing import Any

import pytest
import torch
from torch import nn

from classroom import expect, spec
from classroom.checks.calls import Learner
from classroom.exchange.failures import CheckFailed, LearnerError
from classroom.exchange.handler import MOST_HELD, RequestHandler


def notebook(source: str) -> Learner:
    namespace: dict[str, Any] = {"__name__": "__main__", "torch": torch, "nn": nn}
    linecache.cache["<notebook>"] = (len(source), None, source.splitlines(keepends=True), "<notebook>")
    exec(compile(source, "<notebook>", "exec"), namespace)
    return Learner(RequestHandler(namespace).answer)


def test_a_call_gives_the_value_and_the_arguments_after_it() -> None:
    ask = notebook("def f(x, items, *, scale):\n    items.append(2); x += 1\n    return {'y': x * scale}")
    reply = ask.call("f", torch.ones(2), [1], scale=3.0)
    assert reply.value["y"].tolist() == [6.0, 6.0]
    assert reply.args[1] == [1, 2]
    assert reply.args_before[1] == [1]
    assert reply.args[0].tolist() == [2.0, 2.0]
    assert reply.kwargs == reply.kwargs_before == {"scale": 3.0}
    assert reply.call == "f(tensor([1, 1], float32, shape (2,)), [1], scale=3.0)"


def test_the_arguments_before_are_those_that_were_sent_whatever_the_process_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = RequestHandler._call

    def lie(self: RequestHandler, *args: Any, **kwargs: Any) -> dict[str, Any]:
        told = real(self, *args, **kwargs)
        return told | {"before": told["after"]}

    monkeypatch.setattr(RequestHandler, "_call", lie)
    ask = notebook(
        "def f(x, items, layer, *, part):\n    x += 1; items['a'].append(2)\n"
        "    layer.weight.data.mul_(2); part.bias.data.zero_()"
    )
    linear, part, mine = spec.layer("Linear", 2, 1), spec.layer("Linear", 1, 1), torch.ones(2)
    reply = ask.call("f", mine, {"a": [1]}, linear, part=part)
    mine.fill_(9.0)
    assert reply.args_before[0].tolist() == [1.0, 1.0] and reply.args[0].tolist() == [2.0, 2.0]
    assert reply.args_before[1] == {"a": [1]} and reply.args[1] == {"a": [1, 2]}
    assert torch.equal(reply.args_before[2].state()["weight"], linear.build().weight)
    assert torch.equal(reply.kwargs_before["part"].state()["bias"], part.build().bias)
    for which in (0, 1, 2, "part"):
        with pytest.raises(CheckFailed, match="after the call"):
            expect.unchanged(reply, which)


def test_the_learner_gets_copies() -> None:
    ask = notebook("def f(x):\n    x.zero_()\n    return x")
    mine = torch.ones(2)
    ask.call("f", mine)
    assert mine.tolist() == [1.0, 1.0]


def test_an_exception_comes_with_its_line() -> None:
    ask = notebook("def g(x):\n    return 1 / x\n\ndef f(x):\n    return g(x)")
    with pytest.raises(LearnerError) as caught:
        ask.call("f", 0)
    assert str(caught.value) == (
        "expected: an answer\ncame: ZeroDivisionError: division by zero\n"
        "  line 2 of the cell, in g: return 1 / x\nfrom: f(0)"
    )
    assert "ArithmeticError" in caught.value.kinds


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "no `f` in the notebook: run the cell that defines it"),
        ("def f(): raise NotImplementedError", "the function isn't written yet"),
        ("def f(): raise NotImplementedError('no such mode')", "came: NotImplementedError: no such mode"),
        ("def f(x): return x", "missing 1 required positional argument"),
        ("f = 3", "TypeError: 'int' object is not callable"),
        ("import sys\ndef f(): sys.exit(3)", "SystemExit: 3"),
        ("def f(): return f()", "RecursionError"),
        ("class E(Exception):\n    def __str__(self): raise self\ndef f(): raise E", "came: E\n"),
        ("def f(): raise ValueError('\\x1b[2J' + 'a' * 10**6)", "\ufffd[2Ja"),
        ("def f(): return object()", "of type builtins.object, not plain data"),
    ],
)
def test_what_goes_wrong_is_a_failed_check_with_a_reason(source: str, message: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        notebook(source).call("f")
    assert message in str(caught.value)
    assert len(str(caught.value)) < 2000


def test_gradients_arrive_or_are_none() -> None:
    ask = notebook("def f(x, y, *, z): return x * x.detach() + y.detach() * z")
    x, y, z = torch.tensor([1.0, 2.0]), torch.tensor(3.0), torch.tensor([4.0, 5.0])
    reply = ask.gradient("f", x, y, z=z, wrt=(0, 1, "z"), upstream=torch.tensor([1.0, 10.0]))
    assert reply.gradients[0].tolist() == [1.0, 20.0]
    assert reply.gradients[1] is None
    assert reply.gradients[2].tolist() == [3.0, 30.0]
    assert not x.requires_grad


@pytest.mark.parametrize(
    ("source", "message"),
    [("def f(x): return [x]", "type list, not a tensor"), ("def f(x): return x.sum()", "it should be (2,), not ()")],
)
def test_a_gradient_of_something_else_is_refused(source: str, message: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        notebook(source).gradient("f", torch.ones(2), upstream=torch.ones(2))
    assert message in str(caught.value)


def test_objects_live_on_between_calls() -> None:
    ask = notebook(
        "def step(model, optimizer, x):\n    optimizer.zero_grad(); model(x).sum().backward(); optimizer.step()\n"
        "class Average:\n    def __init__(self): self.values = []; self._hidden = 1; self.model = nn.Linear(1, 1)\n"
        "    def add(self, value): self.values.append(value)"
    )
    linear = spec.layer("Linear", 2, 1)
    model = ask.make(linear)
    optimizer = ask.make(spec.optimizer("SGD", model, lr=0.5, momentum=0.9))
    before = ask.look(model).state()
    ask.call("step", model, optimizer, torch.tensor([[1.0, 2.0]]))
    after = ask.look(model).state()
    assert torch.equal(before["weight"], linear.build().weight.detach())
    assert torch.allclose(before["weight"] - after["weight"], torch.tensor([[0.5, 1.0]]))
    view = ask.look(optimizer)
    assert view.class_name == "SGD"
    assert view.options[0]["lr"] == 0.5
    assert view.parameters == [[(model, "weight"), (model, "bias")]]
    assert view.state[0][0]["momentum_buffer"].tolist() == [[1.0, 2.0]]
    average = ask.make("Average")
    ask.call(average.method("add"), 3)
    assert ask.look(average).attributes == {"values": [3]}
    with pytest.raises(CheckFailed, match="without a method `missing`"):
        ask.call(average.method("missing"))


def test_an_optimizer_of_the_learners_names_its_parameters_places() -> None:
    ask = notebook(
        "def make(a, b):\n"
        "    other = torch.zeros(3, requires_grad=True)\n"
        "    groups = [{'params': a.parameters()}, {'params': [b.weight, other], 'lr': 1.0}]\n"
        "    return torch.optim.SGD(groups, lr=0.1)"
    )
    a, b = ask.make(spec.layer("Linear", 2, 1)), ask.make(spec.layer("Linear", 1, 1, bias=False))
    reply = ask.call("make", a, b)
    assert reply.value.parameters == [[(a, "weight"), (a, "bias")], [(b, "weight"), (None, "a tensor of shape (3,)")]]
    assert [group["lr"] for group in reply.value.options] == [0.1, 1.0]
    with pytest.raises(CheckFailed, match="a tensor of shape"):
        expect.optimizes(reply, (a, ask.look(a)), (b, ask.look(b)))


def test_a_returned_module_can_be_built_again() -> None:
    ask = notebook(
        "def shrink(model):\n    small = nn.Conv2d(2, 3, 3, stride=2, padding=1)\n"
        "    with torch.no_grad(): small.weight.copy_(model[0].weight[:3]); small.bias.copy_(model[0].bias[:3])\n"
        "    return nn.Sequential(small, nn.BatchNorm2d(3), nn.ReLU(), nn.Dropout(0.5)).eval()"
    )
    conv = spec.sequential(spec.layer("Conv2d", 2, 5, 3, stride=2, padding=1))
    reply = ask.call("shrink", conv)
    expect.unchanged(reply)
    built = expect.module(reply).build()
    x = torch.rand(4, 2, 8, 8)
    wanted = (conv.build()(x)[:, :3] / (1 + 1e-5) ** 0.5).relu()
    assert torch.allclose(built(x), wanted, atol=1e-6)
    assert not built.training


@pytest.mark.parametrize("name", ["mlp", "small_cnn", "resnet18", "tiny_vit"])
def test_the_courses_models_survive_the_way_there_and_back(name: str) -> None:
    settings = {"resnet18": {"width": 2, "channels": 1}, "small_cnn": {"width": 2}}.get(name, {})
    model = spec.model(name, **settings).seeded(3)
    view = notebook("def same(model): return model").call("same", model).value
    x = torch.rand(2, 1, 8, 8)
    assert torch.equal(view.build().eval()(x), model.build().eval()(x))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("class Mine(nn.Linear): pass\ndef f(): return nn.Sequential(Mine(1, 1))", r"a Mine \(__main__\)"),
        ("def f():\n    m = nn.Linear(1, 1); m.forward = lambda x: x\n    return m", "with forward"),
        (
            "def f():\n    m = nn.Linear(2, 2); nn.utils.prune.l1_unstructured(m, 'weight', 1)\n    return m",
            "prune.remove",
        ),
        ("def f(): return nn.AdaptiveAvgPool2d(10**6)", "output_size=1000000"),
    ],
)
def test_a_module_that_is_not_what_its_class_says_is_not_built(source: str, message: str) -> None:
    view = notebook(f"import torch.nn.utils.prune\n{source}").call("f").value
    with pytest.raises(CheckFailed, match=message):
        view.build()


def test_a_given_callable_tells_how_it_was_used() -> None:
    ask = notebook(
        "def f(loss, model, train):\n    train(model)\n"
        "    return [loss(model.weight.sum().item(), k=i) for i in range(3)]"
    )
    layer = spec.layer("Linear", 1, 1, bias=False).holding({"weight": torch.zeros(1, 1)})
    reply = ask.call("f", spec.given("Recorder", answers=[0.5, 0.25]), layer, spec.given("Trainer", step=2.0))
    assert reply.value == [0.5, 0.25, 0.25]
    assert reply.args[0].attributes["calls"] == [{"args": (2.0,), "kwargs": {"k": i}} for i in range(3)]
    assert reply.args[2].attributes == {"calls": 1}


def test_what_is_lent_is_seen_by_the_check_alone() -> None:
    ask = notebook(
        "kept = []\ndef f(loss, *more):\n    kept.append(loss)\n    return loss(loss)\ndef g(): return kept[0]()"
    )
    given = spec.given("Recorder", answers=[0.5])
    loss = ask.make(given)
    assert str(loss) == "Recorder#1"
    assert ask.call("f", loss).value == ask.call(loss, 3).value == 0.5
    seen = [{"args": (loss,), "kwargs": {}}, {"args": (3,), "kwargs": {}}]
    assert ask.look(loss).attributes == ask.call(loss.method("record")).value | {} == {"calls": seen}
    assert ask.call("g").value == 0.5
    with pytest.raises(CheckFailed, match="without a method `answers`"):
        ask.call(loss.method("answers"))
    with pytest.raises(ValueError, match="as an argument by itself"):
        ask.call("f", [given])
    with pytest.raises(CheckFailed, match="unexpected keyword argument"):
        ask.call(ask.make(spec.given("Workload", [1.0])), k=3)


def test_what_another_check_has_lent_is_gone_and_its_latest_call_forgotten() -> None:
    ask = notebook("kept = []\ndef f(loss):\n    kept.append(loss)\n    return loss()\ndef g(): return kept[0]()")
    transport = RequestHandler({"h": lambda: 1}).answer
    first = ask.make(spec.given("Recorder"))
    ask.call("f", first)
    with ask.reached_by(transport):
        assert ask.latest == ""
        with pytest.raises(CheckFailed, match="is gone"):
            ask.look(first)
        ask.call("h")
        assert ask.latest == "h()"
    assert ask.latest == "f(Recorder#1)"
    assert len(ask.look(first).attributes["calls"]) == 1


def test_a_kernel_does_not_keep_objects_for_ever() -> None:
    ask = notebook("def f(): return 1")
    first, *_, last = [ask.make("f") for _ in range(MOST_HELD + 1)]
    assert ask.look(last) == 1
    with pytest.raises(CheckFailed, match="gone"):
        ask.look(first)


def test_a_mistake_in_a_check_is_named() -> None:
    ask = notebook("def f(x): return 1")
    with pytest.raises(CheckFailed, match="the check asked for Linear"):
        ask.call("f", spec.layer("Linear"))
    with pytest.raises(CheckFailed, match="has no class Nothing"):
        ask.make(spec.layer("Nothing"))


def test_initial_weights_are_the_same_on_both_sides_and_chance_is_left_alone() -> None:
    two = spec.sequential(spec.layer("Linear", 3, 3), spec.layer("Linear", 3, 3))
    ask = notebook("")
    torch.manual_seed(1)
    made = ask.look(ask.make(two.seeded(5))).state()
    assert torch.equal(torch.rand(2), torch.rand(2, generator=torch.Generator().manual_seed(1)))
    built = two.seeded(5).build()
    assert torch.equal(made["1.weight"], built[1].weight)
    assert not torch.equal(built[0].weight, built[1].weight)
    assert not torch.equal(built[0].weight, two.build()[0].weight)
