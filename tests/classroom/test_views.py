"""A description from a learner's process is believed only as far as it has the right form."""

from typing import Any

import pytest
import torch

from classroom.exchange.codec import Malformed, Tagged, decode, encode
from classroom.exchange.failures import CheckFailed
from classroom.exchange.views import ModuleView, from_wire

FINE: dict[str, Any] = {
    "origin": "torch.nn.modules.linear",
    "class_name": "Linear",
    "training": True,
    "settings": {"in_features": 1, "out_features": 2},
    "alterations": [],
    "hooks": [],
    "own_parameters": {"weight": Tagged("parameter", [torch.ones(2, 1), True, None]), "bias": None},
    "own_buffers": {},
    "children": {},
}


def arrived(**changes: Any) -> ModuleView:
    return decode(encode(Tagged("module", FINE | changes)), from_wire)


def test_a_description_arrives_as_a_view() -> None:
    view = arrived()
    assert view.parameters()["weight"].requires_grad
    assert list(view.state()) == ["weight"]
    assert view.build()(torch.tensor([[3.0]])).tolist() == [[3.0, 3.0]]
    assert str(view) == "Linear(weight (2, 1))"


def test_names_of_a_nested_module_are_those_of_its_state_dict() -> None:
    linear = Tagged("module", FINE)
    inner = Tagged("module", FINE | {"own_parameters": {}, "children": {"a": linear, "b": linear}})
    outer = arrived(own_parameters={}, own_buffers={"count": torch.tensor(3)}, children={"in": inner})
    assert list(outer.state()) == ["in.a.weight", "in.b.weight", "count"]
    assert [path for path, _ in outer.modules()] == ["", "in", "in.a", "in.b"]


@pytest.mark.parametrize(
    "change",
    [
        {"origin": None},
        {"class_name": ["Linear"]},
        {"training": 1},
        {"settings": []},
        {"alterations": {}},
        {"hooks": {}},
        {"own_parameters": {"weight": torch.ones(1)}},
        {"own_buffers": {"weight": 3}},
        {"children": {"a": FINE}},
        {"more": 1},
    ],
    ids=str,
)
def test_a_description_of_another_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        arrived(**change)


@pytest.mark.parametrize(
    "tagged",
    [
        Tagged("module", [1]),
        Tagged("module", {}),
        Tagged("parameter", [1, True, None]),
        Tagged("optimizer", FINE),
        Tagged("object", {"attributes": {}, "class_name": "A"}),
        Tagged("unknown", None),
    ],
)
def test_a_wrong_tag_is_refused(tagged: Tagged) -> None:
    with pytest.raises(Malformed):
        decode(encode(tagged), from_wire)


@pytest.mark.parametrize(
    "settings",
    [{"forward": "x"}, {"_modules": 1}, {"__class__": 1}, {"parameters": 1}, {"in_features": 10**9}, {"a": [[10**9]]}],
    ids=str,
)
def test_a_description_cannot_put_anything_into_the_module_that_is_built(settings: dict[str, Any]) -> None:
    with pytest.raises(CheckFailed, match="an ordinary Linear"):
        arrived(settings=settings).build()


def test_only_known_classes_are_built() -> None:
    for change in ({"origin": "__main__"}, {"class_name": "Module"}, {"origin": "os", "class_name": "system"}):
        with pytest.raises(CheckFailed, match=r"a module made of torch\.nn's layers"):
            arrived(**change).build()
