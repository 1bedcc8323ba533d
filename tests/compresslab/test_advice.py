"""Advice follows from the figures: each rule with a workload and a device on either side of its limit."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from compresslab.advice import FORMATS, Advice, Workload, advise, estimate, this_device, workload_of
from compresslab.cost import mac_count
from compresslab.devices import DEVICES, Device
from compresslab.errors import InputError

BY_NAME = {format.name: format for format in FORMATS}
WRITING = Workload("one token", macs=10**9, weights=10**9, values=10**6, peak_values=10**4)
READING = Workload("a prompt", macs=10**12, weights=10**9, values=10**8, peak_values=10**7)
PLAIN = Device("plain", "CPU", {"fp32": 1e11, "int8": 4e11}, 4e10, 16e9, 16e9, "a test")


def said(advice: Advice) -> str:
    return "\n".join(map(str, advice.lines))


def test_an_estimate_is_the_longer_of_arithmetic_and_bytes() -> None:
    work = Workload("by hand", macs=4 * 10**11, weights=10**9, values=2 * 10**9, peak_values=1)
    fp32, int8 = (estimate(PLAIN, work, BY_NAME[name]) for name in ("fp32", "int8"))
    assert (fp32.arithmetic_seconds, fp32.memory_seconds) == pytest.approx((4.0, 12e9 / 4e10))
    assert (int8.arithmetic_seconds, int8.memory_seconds) == pytest.approx((1.0, 3e9 / 4e10))
    assert fp32.seconds == 4.0 and fp32.bound == "arithmetic"
    four = estimate(PLAIN, work, BY_NAME["int4 weights"])  # multiplied in fp32, values as well
    assert four.computed_in == "fp32" and four.memory_seconds == pytest.approx((4.5 / 8 * 1e9 + 8e9) / 4e10)
    assert estimate(PLAIN, work, BY_NAME["bf16"]) is None


@pytest.mark.parametrize("device", DEVICES.values(), ids=list(DEVICES))
def test_writing_is_bound_by_memory_and_reading_by_arithmetic(device: Device) -> None:
    roomy = replace(device, weight_bytes=1e12, working_bytes=1e12)
    if device.kind != "microcontroller":  # whose memory is as fast as its arithmetic
        assert advise(roomy, WRITING).chosen.bound == "memory"
    assert advise(roomy, READING).chosen.bound == "arithmetic"


def test_few_bits_for_weights_where_memory_limits_and_for_both_where_arithmetic_does() -> None:
    writing, reading = advise(PLAIN, WRITING), advise(PLAIN, READING)
    assert writing.chosen.format.name == "int4 weights" and "memory is the limit" in writing.lines[0].because
    assert reading.chosen.format.name == "int8"
    assert "arithmetic is the limit, and int8's peak is 4.0 times fp32's" in reading.lines[0].because


def test_of_equally_fast_formats_the_one_that_changes_least() -> None:
    same = replace(PLAIN, macs_per_second={"fp32": 1e11, "int8": 1e11})
    found = advise(same, READING)
    assert found.chosen.format.name == "fp32" and found.lines[0].do == "stay with fp32"


def test_without_vnni_int8_gains_less_and_wants_seven_bits() -> None:
    gains = {}
    for name in ("server CPU without VNNI", "server CPU with VNNI", "server CPU with AMX"):
        found = advise(DEVICES[name], READING)
        gains[name] = found.estimates[0].seconds / found.chosen.seconds
        assert ("reduce_range" in said(found)) == (name == "server CPU without VNNI")
    assert list(gains.values()) == sorted(gains.values()) and gains["server CPU without VNNI"] < 2


def test_two_of_four_is_for_devices_that_skip_and_work_that_computes() -> None:
    assert "try 2:4 sparsity" in said(advise(DEVICES["GPU"], READING))
    assert "only its fewer bytes" in said(advise(DEVICES["GPU"], WRITING))
    assert "don't prune single weights for speed" in said(advise(DEVICES["laptop CPU"], READING))


def test_the_batch_from_which_arithmetic_limits_is_the_one_that_is_told() -> None:
    found = advise(PLAIN, WRITING)
    (line,) = (line for line in found.lines if line.do.startswith("take larger batches"))
    enough = int(line.do.rpartition(" ")[2])
    around = [estimate(PLAIN, WRITING.repeated(n), found.chosen.format).bound for n in (enough - 1, enough)]
    assert around == ["memory", "arithmetic"]
    endless = advise(replace(PLAIN, macs_per_second={"fp32": 1e18}), WRITING)
    assert "until the values between operations are most" in said(endless)


def test_what_does_not_fit_is_said_before_all_else() -> None:
    chip = DEVICES["microcontroller"]
    fits = Workload("small", macs=10**6, weights=10**5, values=10**5, peak_values=10**5)
    assert advise(chip, fits).chosen.format.name == "int8" and len(advise(chip, fits).estimates) == 3
    tight = replace(fits, peak_values=4 * 10**5)  # 1.6 MB in fp32, 400 kB in int8
    found = advise(chip, tight)
    assert found.lines[0].do == "leave fp32 and int4 weights" and found.chosen.format.name == "int8"
    large = advise(chip, replace(fits, peak_values=10**6))
    assert large.chosen is None and "does not fit, at int8 100 kB of weights for 2 MB, and 1 MB" in str(large.lines[0])


def test_a_workload_is_that_of_the_network() -> None:
    network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 16, 5))
    found = workload_of(network, torch.zeros(2, 3, 4, 4), name="net")
    assert found.macs == mac_count(network, (2, 3, 4, 4)) and found.inputs == 2
    assert found.weights == 8 * 27 + 8 + 5 * 128 + 5
    # The convolution reads the images and writes 256 values, ReLU reads and writes them, the last layer writes 10.
    assert found.values == 96 + 256 + 2 * 256 + 256 + 10
    assert found.peak_values == 512
    twice = found.repeated(3)
    assert (twice.macs, twice.weights, twice.inputs) == (3 * found.macs, found.weights, 6)


def test_devices_say_where_their_figures_are_from_and_are_consistent() -> None:
    for device in DEVICES.values():
        assert "sheet" in device.source or "brief" in device.source
        assert all(peak > 0 and math.isfinite(peak) for peak in device.macs_per_second.values())
        assert device.working_bytes <= device.weight_bytes
    # As the sheets have it: 2,048 int8 operations a cycle are 1,024 MACs, on 56 cores at 2 GHz.
    assert DEVICES["server CPU with AMX"].macs_per_second["int8"] == pytest.approx(114.7e12, rel=1e-3)
    assert DEVICES["GPU"].macs_per_second["bf16"] == pytest.approx(989e12 / 2, rel=1e-3)


def test_a_device_of_your_own_is_measured() -> None:
    own = this_device("mine", {"fp32": 1e11, "int8": 4e11}, 4e10, memory_bytes=8e9, saturates=True)
    assert own.source == "measured here" and "reduce_range" in said(advise(own, READING))
    with pytest.raises(InputError, match="fp32=0 must be a positive"):
        this_device("mine", {"fp32": 0}, 4e10, memory_bytes=8e9, saturates=False)
    with pytest.raises(InputError, match="mine has no peak of a format that is known here"):
        advise(this_device("mine", {"fp64": 1e10}, 4e10, memory_bytes=8e9, saturates=False), READING)
    with pytest.raises(InputError, match="macs=0"):
        Workload("nothing", macs=0, weights=1, values=1, peak_values=1)
