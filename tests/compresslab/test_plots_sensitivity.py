"""Map, curves and the budget's explorer show the numbers that they are given, and those that the library measures."""

import math
import re

import pytest
import torch
from torch import nn

from compresslab.data import Batches, load
from compresslab.errors import InputError
from compresslab.explorers import budget_chart, budget_explorer
from compresslab.models import mlp
from compresslab.plots import degradation_chart, sensitivity_chart
from compresslab.sensitivity import BITS, Scan, quantize_layers, quantized_bytes, scan
from compresslab.training import evaluate

SAY = {"title": "Sensitivity", "subtitle": "digits", "quantity": "divergence (nats)", "setting": "bits"}


def test_cells_hold_the_values_darker_where_more_is_lost() -> None:
    chart = sensitivity_chart({"a": {2: 0.5, 4: 0.0}, "b": {2: 2.0, 4: 0.125}}, weights={"a": 1200, "b": 3}, **SAY)
    (axis,) = chart.figure.axes
    assert [text.get_text() for text in axis.texts] == ["0.5", "0", "2.0", "0.125"]
    assert axis.images[0].get_array().tolist() == [[0.5, 0.0], [1.0, 0.25]]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["a (1,200)", "b (3)"]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["2", "4"]


def test_a_scan_of_nothing_lost_has_one_shade() -> None:
    chart = sensitivity_chart({"a": {2: 0.0}}, **SAY)
    assert not chart.figure.axes[0].images[0].get_array().any()
    assert chart.png()[1:4] == b"PNG"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "at least one layer"),
        ({"a": {}}, "the same"),
        ({"a": {2: 0.1}, "b": {4: 0.1}}, "other settings than"),
        ({"a": {2: -0.1}}, "negative number"),
        ({"a": {2: math.nan}}, "NaN"),
    ],
)
def test_maps_that_are_none(values, said) -> None:
    with pytest.raises(InputError, match=said):
        sensitivity_chart(values, **SAY)


def test_curves_fall_to_the_right_with_their_intervals_and_tolerances() -> None:
    curves = {"pruning": [(20_000, -0.2, -0.8, 0.4), (5_000, -6.0, -8.0, -4.0)], "bits": [(4_000, -1.0, -1.5, -0.5)]}
    chart = degradation_chart(curves, title="Loss", subtitle="digits", tolerances={"ranking": 2.0})
    (axis,) = chart.figure.axes
    assert axis.xaxis_inverted() and axis.get_xscale() == "log"
    bars = [container.lines[2][0].get_segments() for container in axis.containers]
    assert [[round(end[1], 6) for end in bar] for bar in bars[0]] == [[-0.8, 0.4], [-8.0, -4.0]]
    assert bars[0][1][0][0] == 5.0
    assert [text.get_text() for text in axis.texts] == ["ranking"]
    assert "bits: -1.0 at 4,000" in chart.alt
    for wrong in ({}, {"a": []}):
        with pytest.raises(InputError, match="at least one"):
            degradation_chart(wrong, title="Loss", subtitle="digits")


@pytest.fixture(scope="module")
def scanned() -> tuple[nn.Module, Scan, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    digits, model = load("digits"), mlp(hidden=[16])
    found = scan(model, Batches(digits, digits.validation, 500), BITS, settings=[2, 4])
    return model, found, digits.normalize(digits.validation.images), digits.validation.labels


def test_the_editor_says_what_the_library_measures(scanned) -> None:
    model, found, images, labels = scanned
    draw = budget_chart(model, BITS, found, images, labels, budget_bytes=2500)
    alt = draw(**{"1.weight": 2, "3.weight": None}).alt
    size = quantized_bytes(model, {"1.weight": 2})
    digits = load("digits")
    right = evaluate(quantize_layers(model, {"1.weight": 2}), Batches(digits, digits.validation, 500)).accuracy
    assert f"file {size:,} bytes, budget 2,500: it fits, {2500 - size:,} bytes are left" in alt
    assert f"accuracy {right:.1%} of {len(labels)} images" in alt
    alone = next(one.divergence.value for one in found.tried if (one.layer, one.setting) == ("1.weight", 2))
    assert re.search(rf"1\.weight: 2, [\d,]+, {alone:.3f}; 3\.weight: as it is, [\d,]+, 0\.000\.", alt)
    whole = quantized_bytes(model, {})
    assert f"{whole - 2500:,} bytes too large" in draw(**{"1.weight": None, "3.weight": None}).alt
    with pytest.raises(InputError, match="setting=3 was not scanned: choose from as it is, 2, 4"):
        draw(**{"1.weight": 3})


def test_a_slider_moves_its_own_layer(scanned) -> None:
    explorer = budget_explorer(*scanned[:1], BITS, *scanned[1:], budget_bytes=2500)
    first, second, picture = explorer.children
    assert list(first.options) == ["as it is", "4", "2"]
    second.value = "2"
    assert re.search(r"1\.weight: as it is, .*3\.weight: 2, ", picture.value)


def test_budgets_and_images_that_are_none(scanned) -> None:
    model, found, images, labels = scanned
    with pytest.raises(InputError, match="images has 250 samples and labels 3"):
        budget_chart(model, BITS, found, images, labels[:3], budget_bytes=2500)
    with pytest.raises(InputError, match="budget_bytes=0"):
        budget_chart(model, BITS, found, images, labels, budget_bytes=0)
