"""What a call changes beside its result: reported, and put back."""

import random
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from classroom import expect, spec
from classroom.checks.calls import Learner
from classroom.exchange.failures import CheckFailed
from classroom.exchange.handler import RequestHandler

IMPORTS = "import copy, random\nimport numpy as np\nimport torch.nn.functional as F\n"
MODEL = spec.sequential(spec.layer("Linear", 2, 2), spec.layer("ReLU"))


def notebook(source: str) -> Learner:
    namespace: dict[str, Any] = {"__name__": "__main__", "torch": torch, "nn": nn}
    exec(source, namespace)
    return Learner(RequestHandler(namespace).answer)


def said(body: str, *args: Any) -> str:
    """What a check hears of a function with this body; "" where it is content."""
    parameters = ", ".join("abc"[: len(args)])
    ask = notebook(IMPORTS + f"def f({parameters}):\n" + "".join(f"    {line}\n" for line in body.splitlines()))
    try:
        ask.call("f", *args)
    except CheckFailed as error:
        return str(error)
    return ""


def process() -> tuple[Any, ...]:
    state = torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_default_device(), torch.get_num_threads()
    chance = torch.get_rng_state().tolist(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    return *state, torch.is_inference_mode_enabled(), torch.are_deterministic_algorithms_enabled(), *chance


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("torch.set_grad_enabled(False)", "gradients switched on"),
        ("global kept\nkept = torch.inference_mode()\nkept.__enter__()", "gradients switched on"),
        ("torch.set_default_dtype(torch.float64)", "torch's default dtype left at torch.float32"),
        ("torch.set_default_device('meta')", "torch's default device left at cpu"),
        ("torch.set_num_threads(torch.get_num_threads() + 1)", "torch's number of threads"),
        ("torch.use_deterministic_algorithms(True)", "torch.use_deterministic_algorithms left at False"),
        ("torch.backends.cudnn.benchmark = True", "cudnn.benchmark left at False"),
        ("torch.set_float32_matmul_precision('medium')", "the precision of float32 products left at highest"),
        ("torch.set_autocast_enabled('cpu', True)", "autocast left at False"),
        ("torch.autograd.set_detect_anomaly(True)", "anomaly detection left at False"),
        ("torch.manual_seed(0)", "torch's global random generator with the seed that it had"),
        ("random.seed(0)", "Python's global random generator"),
        ("np.random.seed(0)", "NumPy's global random generator"),
    ],
)
def test_a_setting_of_the_process_that_a_call_changes_is_named_and_put_back(body: str, message: str) -> None:
    before = process()
    assert message in said(body)
    assert process() == before


@pytest.mark.parametrize(
    "body",
    [
        "torch.rand(5); np.random.randn(2000); random.random()",
        "[random.gauss(0, 1) for _ in range(5000)]; nn.Linear(30, 30)",
        "with torch.random.fork_rng(devices=[]): torch.manual_seed(0)",
        "with torch.no_grad(), torch.inference_mode(): torch.rand(2)",
        "torch.Generator().manual_seed(0); random.Random(0); np.random.default_rng(0)",
        "state = random.getstate(); random.seed(0); random.setstate(state)",
    ],
)
def test_drawing_numbers_and_modes_that_end_are_no_offence(body: str) -> None:
    assert said(body) == ""


def test_a_function_that_raises_leaves_nothing_behind() -> None:
    before = process()
    assert "ZeroDivisionError" in said("torch.set_grad_enabled(False); torch.manual_seed(0); 1 / 0")
    assert process() == before


def test_a_call_has_gradients_whatever_the_check_has_switched_off() -> None:
    ask = notebook("def f(x): return (x * 2).requires_grad")
    with torch.no_grad():
        assert ask.call("f", torch.ones(2, requires_grad=True)).value is True
        assert not torch.is_grad_enabled()


def test_each_call_draws_other_numbers_and_leaves_the_callers_alone() -> None:
    ask = notebook(IMPORTS + "def f(): return [torch.rand(1).item(), random.random(), np.random.rand()]")
    random.seed(1)
    first, second = ask.call("f").value, ask.call("f").value
    assert not set(first) & set(second)
    assert random.random() == random.Random(1).random()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("a.eval()", "`a` left in training mode"),
        ("a[1].eval()", "1 of `a` left in training mode"),
        ("a.requires_grad_(False)", "0.weight of `a` left with requires_grad=True"),
        ("a[1].inplace = True", "1 of `a` left with inplace=False"),
        ("a[0].weight.register_hook(lambda g: g)", "0.weight of `a` with the 0 hooks that it had"),
        ("a[0].weight.register_post_accumulate_grad_hook(lambda p: None)", "0.weight of `a` with the 0 hooks"),
        ("a[0].register_forward_hook(lambda *_: None)", "0 of `a` with the 0 hooks"),
        ("b.register_step_post_hook(lambda *_: None)", "`b` with the 0 hooks"),
        ("c['x'].requires_grad_()", "`c`['x'] left with requires_grad=False"),
    ],
)
def test_what_a_call_changes_of_its_arguments_beside_their_values_is_named(body: str, message: str) -> None:
    ask = notebook(f"def f(a, b, c):\n    {body}")
    model = ask.make(MODEL)
    with pytest.raises(CheckFailed) as caught:
        ask.call("f", model, ask.make(spec.optimizer("SGD", model, lr=0.1)), {"x": torch.ones(2)})
    assert message in str(caught.value)


def test_a_hook_of_others_that_a_call_removed_has_a_hint_of_its_own() -> None:
    ask = notebook("def f(net): net[0]._forward_hooks.clear()")
    net = ask.make(MODEL)
    layer = ask.make(net.method("get_submodule"), "0")
    ask.make(layer.method("register_forward_hook"), layer.method("extra_repr"))
    with pytest.raises(CheckFailed, match="hooks of others are gone"):
        ask.call("f", net)


@pytest.mark.parametrize(
    "body",
    [
        "a.eval(); a.train()",
        "b = copy.deepcopy(a).eval(); b.requires_grad_(False); b[0].register_forward_hook(lambda *_: None)",
        "h = a[0].weight.register_hook(lambda g: g); a(torch.ones(1, 2)).sum().backward(); h.remove()",
    ],
)
def test_what_is_put_back_or_done_to_a_copy_is_no_offence(body: str) -> None:
    assert said(body, MODEL) == ""


def test_a_mode_that_a_check_changes_itself_is_none_either() -> None:
    ask = notebook("")
    model = ask.make(MODEL)
    ask.call(model.method("eval"))
    assert not ask.look(model).training


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("m.eval()", ("the module in training mode", "in evaluation mode")),
        ("m[1].inplace = True", ("False for ['inplace'] in the settings of 1", "True (a bool)")),
        ("m[0].bias.requires_grad_(False)", ("0.bias with requires_grad=True", "False")),
        ("m[0].register_forward_hook(lambda *_: None)", ("hooks and attributes of 0: none", "forward_hooks")),
        ("m[0].weight.register_hook(lambda g: g)", ("hooks and attributes of 0: none", "hooks of weight")),
    ],
)
def test_modules_are_compared_by_mode_settings_and_gradients_too(change: str, expected: tuple[str, str]) -> None:
    ask = notebook(f"def f(m): return m\ndef g(m):\n    m = copy.deepcopy(m); {change}\n    return m\nimport copy")
    same, other = ask.call("f", MODEL).value, ask.call("g", MODEL).value
    expect.equal(ask.call("f", MODEL), same)
    for compare in (expect.equal, expect.close):
        with pytest.raises(CheckFailed) as caught:
            compare(other, same)
        assert str(caught.value).splitlines()[:2] == [f"expected: {expected[0]}", f"came: {expected[1]}"]


def test_a_module_that_comes_back_with_hooks_is_refused() -> None:
    ask = notebook(
        "import torch.nn.utils.prune as prune\ndef f():\n    m = nn.Sequential(nn.Linear(2, 2))\n"
        "    prune.l1_unstructured(m[0], 'weight', 1)\n    return m"
    )
    with pytest.raises(CheckFailed, match=r"forward_pre_hooks on 0 \(Linear\)[\s\S]*prune.remove"):
        expect.module(ask.call("f"))
