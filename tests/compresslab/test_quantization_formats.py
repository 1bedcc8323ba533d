"""Formats against PyTorch's casts and dtypes, and against their patterns of bits counted one by one."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compresslab.errors import InputError
from compresslab.quantization import (
    FLOAT_FORMATS,
    TERNARY,
    IntegerFormat,
    activation_format,
    binarize,
    float_format,
    ternarize,
    weight_format,
    what_is_lost,
)

DTYPES = [torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2]


@pytest.mark.parametrize("bits", range(2, 17))
def test_integer_formats_have_as_many_values_as_patterns(bits) -> None:
    signed, unsigned = IntegerFormat(bits), IntegerFormat(bits, signed=False)
    assert signed.levels == unsigned.levels == weight_format(bits).levels + 1 == 2**bits
    assert (signed.lowest, unsigned.lowest) == (-(2 ** (bits - 1)), 0)
    for format in (signed, unsigned, weight_format(bits), activation_format(bits)):
        known = torch.iinfo(format.storage)
        assert known.min <= format.lowest < format.highest <= known.max
        assert bits != known.bits or known.max == format.highest


def test_ternary_is_two_bits_without_the_lowest() -> None:
    assert (TERNARY.lowest, TERNARY.highest, TERNARY.levels) == (-1, 1, 3)


@pytest.mark.parametrize("bits", [1, 0, 17, 8.0, True])
def test_impossible_bits_are_refused(bits) -> None:
    with pytest.raises(InputError, match=f"bits={bits} must be a whole number from 2 to 16"):
        IntegerFormat(bits)
    with pytest.raises(InputError, match="narrow=True without a sign"):
        IntegerFormat(8, signed=False, narrow=True)


def finite_values(dtype: torch.dtype) -> torch.Tensor:
    """All finite values of a format with 16 bits or fewer, each once, in order."""
    raw = torch.arange(2**16, dtype=torch.int32) if dtype.itemsize == 2 else torch.arange(2**8, dtype=torch.int32)
    store = (raw.to(torch.uint16) if dtype.itemsize == 2 else raw.to(torch.uint8)).view(dtype)
    values = store.double()
    return values[values.isfinite()].unique()


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_range_and_spacing_are_those_of_all_values(dtype) -> None:
    values, format = finite_values(dtype), float_format(dtype)
    positive = values[values > 0]
    assert (format.largest, format.smallest_subnormal) == (values.max().item(), positive.min().item())
    steps = positive.diff()
    assert [format.spacing(value) for value in positive[:-1].tolist()[::7]] == steps.tolist()[::7]
    # From the smallest normal number on, the spacing grows; below, it is one step.
    assert format.smallest_normal == 2**format.mantissa_bits * format.smallest_subnormal
    assert (steps[positive[:-1] < format.smallest_normal] == format.smallest_subnormal).all()
    assert format.bits == 1 + format.exponent_bits + format.mantissa_bits == 8 * dtype.itemsize
    assert format.has_infinity == torch.tensor(math.inf).to(dtype).float().isinf().item()


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@given(value=st.floats(width=32, allow_nan=False))
def test_rounding_is_that_of_a_cast(dtype, value) -> None:
    format, x = float_format(dtype), torch.tensor([value, -value])
    found = format.round(x)
    if abs(value) <= format.largest or format.has_infinity:
        assert torch.equal(found, x.to(dtype).float())
    else:  # how PyTorch casts it has changed between versions
        assert found.tolist() == [math.copysign(format.largest, value), -math.copysign(format.largest, value)]


def test_float32_in_float64_and_nan() -> None:
    x = torch.randn(1000, dtype=torch.float64) * 1e-3
    assert torch.equal(float_format(torch.float32).round(x), x.float().double())
    assert float_format(torch.float16).round(torch.tensor(math.nan)).isnan()
    assert [format.name for format in FLOAT_FORMATS][:3] == ["float32", "float16", "bfloat16"]
    assert float_format(torch.float64).largest == torch.finfo(torch.float64).max


def test_losses_are_counted_apart() -> None:
    x = torch.tensor([1e6, 70000.0, 1e-9, 0.0, 1.0, 1 + 2**-12])
    lost = what_is_lost(x, float_format(torch.float16))
    assert (lost.overflow, lost.underflow) == (2 / 6, 1 / 6)
    assert lost.relative_error == pytest.approx(2**-12 / math.sqrt(2), rel=1e-3)
    assert what_is_lost(x, float_format(torch.bfloat16)).overflow == 0
    assert what_is_lost(torch.tensor([500.0, 1.0]), float_format(torch.float8_e4m3fn)).overflow == 0.5
    assert what_is_lost(torch.zeros(3), float_format(torch.float16)).relative_error == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: float_format(torch.int8), "dtype=torch.int8 is none"),
        (lambda: float_format(torch.float8_e8m0fnu), "dtype=torch.float8_e8m0fnu is none"),
        (lambda: float_format(torch.float16).spacing(70000.0), "value=70000.0 is not within ±65504"),
        (lambda: float_format(torch.float16).spacing(math.nan), "value=nan"),
        (lambda: what_is_lost(torch.zeros(0), float_format(torch.float16)), "empty"),
        (lambda: what_is_lost(torch.tensor([math.inf]), float_format(torch.float16)), "infinity"),
        (lambda: binarize(torch.zeros(0)), r"weight of shape \(0,\) is empty"),
        (lambda: binarize(torch.tensor(1.0)), "single number"),
        (lambda: ternarize(torch.tensor([math.nan])), "NaN"),
    ],
)
def test_what_has_no_meaning_is_refused(call, message) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_binary_is_the_closest_of_two_values() -> None:
    weight = torch.randn(3, 4, 2, 2, generator=torch.Generator().manual_seed(0)).double()
    found = binarize(weight)
    for channel, exact in zip(found, weight, strict=True):
        magnitudes = torch.linspace(0, 2, 4001, dtype=torch.float64)
        errors = [(exact - m * exact.sign()).square().sum() for m in magnitudes]
        assert (exact - channel).square().sum() <= min(errors)
        assert len(channel.unique()) == 2
    assert binarize(torch.zeros(1, 3)).abs().max() == 0


def test_ternary_is_near_the_closest_of_three_values() -> None:
    weight = torch.randn(3, 400, generator=torch.Generator().manual_seed(0)).double()
    for channel, exact in zip(ternarize(weight), weight, strict=True):
        values = channel.unique()
        assert len(values) == 3
        torch.testing.assert_close(values, torch.stack([-values[2], values[0] * 0, values[2]]))
        # The best threshold by trying all: for one, the best magnitude is the mean of what lies above it.
        sizes = exact.abs().sort(descending=True).values
        best = (sizes.cumsum(0) ** 2 / torch.arange(1, len(sizes) + 1)).max()
        assert (exact - channel).square().sum() <= 1.05 * (exact.square().sum() - best)
    assert not ternarize(torch.zeros(2, 3)).any()


@pytest.mark.parametrize("function", [binarize, ternarize])
def test_gradient_passes_within_one(function) -> None:
    weight = torch.tensor([[0.5, -0.2, 1.5, -3.0, 1.0]], requires_grad=True)
    upstream = torch.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]])
    (function(weight) * upstream).sum().backward()
    assert weight.grad.tolist() == [[1, 2, 0, 0, 5]]
