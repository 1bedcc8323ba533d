"""The roofline's arithmetic, and that what is measured is of the order that any CPU has."""

import pytest
import torch

from compresslab.errors import InputError
from compresslab.hardware import machine
from compresslab.plots import roofline_chart, singular_values_chart
from compresslab.roofline import Operation, Roofline, measure_roofline

ROOF = Roofline(macs_per_second=100e9, bytes_per_second=20e9, machine=machine(1))


def test_memory_limits_below_the_ridge_and_arithmetic_above() -> None:
    assert ROOF.ridge_macs_per_byte == 5
    assert [ROOF.attainable(i) for i in (0.25, 5, 50)] == [5e9, 100e9, 100e9]
    operation = Operation("linear", macs=1000, bytes_moved=4000, seconds=1e-6)
    assert operation.macs_per_byte == 0.25 and operation.macs_per_second == pytest.approx(1e9)


def test_measured_ceilings_are_plausible() -> None:
    measured = measure_roofline(size=256, channels=32, copy_bytes=2**24, rounds=5)
    assert 1e8 < measured.macs_per_second < 1e13 and 1e8 < measured.bytes_per_second < 1e13
    assert measured.machine.threads == 1
    with pytest.raises(InputError, match="copy_bytes=5"):
        measure_roofline(copy_bytes=5)


def test_charts_say_in_words_what_they_show() -> None:
    chart = roofline_chart(ROOF, [Operation("a", 1000, 4000, 1e-6), Operation("b", 10**6, 10**3, 1e-4)])
    assert "a: 0.25 MACs per byte, 1 billion MACs a second, memory-bound" in chart.alt
    assert "b: 1e+03 MACs per byte, 10 billion MACs a second, arithmetic-bound" in chart.alt
    diagonal = torch.diag(torch.tensor([3.0, 4.0, 0.0]))
    assert "first 1: layer 64%" in singular_values_chart({"layer": diagonal}, chosen_rank=1).alt
    assert chart.png().startswith(b"\x89PNG")
