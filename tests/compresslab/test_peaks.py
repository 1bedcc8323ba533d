"""The ceilings by format: of the order that any CPU has, and consistent with one another."""

import pytest

from compresslab.errors import InputError
from compresslab.peaks import FORMATS, measure_peaks
from compresslab.roofline import measure_roofline


@pytest.fixture(scope="module")
def peaks():
    return measure_peaks(size=256, channels=32, copy_bytes=2**24, cached_bytes=2**16, rounds=5)


def test_each_format_has_its_fastest_kernel(peaks) -> None:
    for format in FORMATS:
        own = [speed for name, speed in peaks.by_kernel.items() if name.endswith(format)]
        assert own and peaks.macs_per_second[format] == max(own) == peaks.by_kernel[peaks.kernels[format]]
        assert 1e8 < peaks.macs_per_second[format] < 1e14


def test_the_roofline_has_the_formats_roof_and_the_bandwidth_asked_for(peaks) -> None:
    assert peaks.roofline("int8").macs_per_second == peaks.macs_per_second["int8"]
    assert peaks.roofline("int8").bytes_per_second == peaks.bytes_per_second
    assert peaks.roofline("bf16", cached=True).bytes_per_second == peaks.cached_bytes_per_second
    with pytest.raises(InputError, match="format='fp8' is not known"):
        peaks.roofline("fp8")


def test_fp32_is_what_the_roofline_alone_measures(peaks) -> None:
    alone = measure_roofline(size=256, channels=32, copy_bytes=2**24, rounds=5)
    assert 0.1 < peaks.macs_per_second["fp32"] / alone.macs_per_second < 10  # on a machine that may be busy


def test_settings_that_measure_nothing_are_refused() -> None:
    with pytest.raises(InputError, match="size=8"):
        measure_peaks(size=8)
    with pytest.raises(InputError, match="less than copy_bytes"):
        measure_peaks(copy_bytes=2**20, cached_bytes=2**21)
