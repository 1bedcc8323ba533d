"""Charts of bits and formats, and the quantization explorer."""

import math
import warnings

import numpy as np
import pytest
import torch

from compresslab.errors import InputError
from compresslab.explorers import quantization_chart, quantization_explorer
from compresslab.plots import bits_chart, levels_chart
from compresslab.quantization import floating_values


def test_floating_values_are_pytorchs() -> None:
    """Every bit pattern of e4m3 and e5m2 that is a finite, positive number, up to 240."""
    patterns = torch.arange(128, dtype=torch.uint8)
    for dtype, exponent, mantissa in ((torch.float8_e4m3fn, 4, 3), (torch.float8_e5m2, 5, 2)):
        values = patterns.view(dtype).double()
        expected = values[values.isfinite() & (values <= 240)].tolist()
        assert floating_values(exponent, mantissa, largest=240) == expected


def test_levels_stand_at_their_values() -> None:
    chart = levels_chart({"few": [-1, 0, 2, 9], "many": np.arange(7)}, title="Levels", reach=6)
    (axis,) = chart.figure.axes
    marks = [line.get_xdata().tolist() for line in axis.lines]
    assert marks == [[0, 2], [0, 1, 2, 3, 4, 5, 6]]
    assert "few: 2; many: 7" in chart.alt
    with pytest.raises(InputError, match="at least one"):
        levels_chart({"none": [7]}, title="Levels", reach=6)


def test_few_bits_stand_at_the_right_and_intervals_at_their_values() -> None:
    lines = {"a": {2: 50.0, 8: 90.0}, "b": {8: (91.0, 89.0, 92.0)}}
    chart = bits_chart(lines, title="A", subtitle="b", quantity="points", reference=("fp32", 95.0))
    (axis,) = chart.figure.axes
    assert [label.get_text() for label in axis.get_xticklabels()] == ["8", "2"]
    bars = [container.lines[2][0].get_segments() for container in axis.containers]
    assert [end[1] for end in bars[1][0]] == [89.0, 92.0]
    assert "a: 50 at 2, 90 at 8; b: 91 at 8. fp32: 95" in chart.alt
    with pytest.raises(InputError, match="at least one"):
        bits_chart({"a": {}}, title="A", subtitle="b", quantity="points")


def test_the_explorer_says_what_numpy_measures() -> None:
    values = np.random.default_rng(0).normal(size=500)
    largest = 0.5 * np.abs([values.min(), values.max()]).max()
    scale = largest / 7
    rounded = scale * np.clip(np.round(values / scale), -7, 7)
    decibels = 10 * math.log10((values**2).mean() / ((rounded - values) ** 2).mean())
    clamped = (np.abs(values) > largest + scale / 2).mean()
    alt = quantization_chart(torch.tensor(values), 4, 0.5, symmetric=True).alt
    assert f"signal {decibels:.1f} dB" in alt and f"{clamped:.2%} of the values clamped" in alt


@pytest.mark.parametrize("values", [torch.zeros(3), torch.tensor([]), torch.tensor([math.nan])])
def test_nothing_to_quantize_is_refused(values: torch.Tensor) -> None:
    with pytest.raises(InputError, match="0 throughout"):
        quantization_chart(values, 4, 1.0, symmetric=True)


def test_every_place_of_the_explorers_knobs_draws() -> None:
    explorer = quantization_explorer(torch.randn(300).relu())
    bits, covered, symmetric, picture = explorer.children
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for knob, ends in ((bits, (2, 8)), (covered, (0.05, 1.0)), (symmetric, (False, True))):
            for end in ends:
                knob.value = end
                assert "<img" in picture.value
