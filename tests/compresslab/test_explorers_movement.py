"""The explorer of moving weights: kept and pruned points stand where the weights were and are."""

from typing import Any

import pytest
import torch

from compresslab.errors import InputError
from compresslab.explorers import movement_chart, movement_explorer

BEFORE = {"one": torch.tensor([[1.0, -0.1, 0.2, -0.5]]), "two": torch.zeros(2, 2)}
AFTER = {"one": torch.tensor([[0.9, -0.4, 0.1, -0.6]]), "two": torch.ones(2, 2)}
SCORES = {
    "magnitude": {name: weight.abs() for name, weight in AFTER.items()},
    "movement": {name: AFTER[name].abs() - BEFORE[name].abs() for name in AFTER},
}


def points(**settings: Any) -> list[list[list[float]]]:
    settings = {"criterion": "movement", "sparsity": 0.5, "layer": "one"} | settings
    axis = movement_chart(BEFORE, AFTER, SCORES, **settings).figure.axes[0]
    return [sorted(torch.tensor(each.get_offsets().tolist()).round(decimals=4).tolist()) for each in axis.collections]


def near(*wanted: tuple[float, float]) -> list[Any]:
    return [pytest.approx(point, abs=1e-5) for point in sorted(wanted)]


def test_each_criterion_keeps_its_own() -> None:
    assert points() == [near((1.0, 0.9), (0.2, 0.1)), near((-0.1, -0.4), (-0.5, -0.6))]
    assert points(criterion="magnitude") == [near((-0.1, -0.4), (0.2, 0.1)), near((1.0, 0.9), (-0.5, -0.6))]


def test_the_change_is_after_less_before() -> None:
    assert points(change=True) == [near((1.0, -0.1), (0.2, -0.1)), near((-0.1, -0.3), (-0.5, -0.1))]


def test_the_description_says_what_moved_away_from_zero() -> None:
    alt = movement_chart(BEFORE, AFTER, SCORES, criterion="movement", sparsity=0.5, layer="one").alt
    assert "2 of 4 kept; 100% of the kept moved away from zero, of all weights 50% did" in alt
    alt = movement_chart(BEFORE, AFTER, SCORES, criterion="magnitude", sparsity=1.0, layer="two").alt
    assert "0 of 4 kept; nothing is kept" in alt


def test_the_controls_redraw() -> None:
    *controls, picture = movement_explorer(BEFORE, AFTER, SCORES).children
    seen = {picture.value}
    for control, value in zip(controls, ("movement", 0.25, "two", False), strict=True):
        control.value = value
        seen.add(picture.value)
    assert len(seen) == 5


def test_unknown_names_are_refused() -> None:
    for wrong in ({"criterion": "luck"}, {"layer": "three"}, {"sparsity": 1.5}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            points(**wrong)
