"""Number formats: which values a few bits can hold.

An integer format holds equally spaced values: its range is lowest to highest, its spacing 1 everywhere, and a scale
stretches both. A floating-point format spaces its values in proportion to their size: half of the bits' patterns lie
below 1 in magnitude. Integers win where values fill a known range evenly, floating point where sizes differ by orders
of magnitude.

References:
    Micikevicius et al. 2022, "FP8 Formats for Deep Learning" (e4m3, e5m2).
    Kalamkar et al. 2019, "A Study of BFLOAT16 for Deep Learning Training".
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError


@dataclass(frozen=True)
class IntegerFormat:
    """The integers of so many bits.

    Attributes:
        bits: 2 to 16.
        signed: two's complement, or from 0.
        narrow: without the lowest value, so that the range is symmetric: -127 to 127. For weights: their negation is
            exact, and on older CPUs a product with -128 is the first to saturate.

    Raises:
        InputError: `bits` is out of its range, or the format is narrow without a sign.

    >>> IntegerFormat(8), IntegerFormat(8).lowest, IntegerFormat(8, narrow=True).lowest
    (int8, -128, -127)
    >>> IntegerFormat(4, signed=False).highest
    15
    """

    bits: int
    signed: bool = True
    narrow: bool = False

    def __post_init__(self) -> None:
        whole(2, 16, "one bit leaves no zero between a negative and a positive value: see binarize", bits=self.bits)
        if self.narrow and not self.signed:
            raise InputError(f"narrow=True without a sign: values from 0 to {self.highest} have no mirror image.")

    @property
    def highest(self) -> int:
        """The largest value, qmax."""
        return 2 ** (self.bits - self.signed) - 1

    @property
    def lowest(self) -> int:
        """The smallest value, qmin."""
        return 0 if not self.signed else -self.highest - (not self.narrow)

    @property
    def levels(self) -> int:
        """How many values there are."""
        return self.highest - self.lowest + 1

    @property
    def storage(self) -> torch.dtype:
        """The smallest dtype of PyTorch that holds them and has all of its operators."""
        if self.bits <= 8:
            return torch.int8 if self.signed else torch.uint8
        return torch.int16 if self.signed else torch.int32

    def __repr__(self) -> str:
        return f"{'' if self.signed else 'u'}int{self.bits}{' (narrow)' if self.narrow else ''}"


INT8 = IntegerFormat(8)
UINT8 = IntegerFormat(8, signed=False)
INT4 = IntegerFormat(4)
UINT4 = IntegerFormat(4, signed=False)
TERNARY = IntegerFormat(2, narrow=True)


def weight_format(bits: int) -> IntegerFormat:
    """The usual format of weights: signed and symmetric.

    >>> weight_format(8), weight_format(2) == TERNARY
    (int8 (narrow), True)
    """
    return IntegerFormat(bits, narrow=True)


def activation_format(bits: int) -> IntegerFormat:
    """The usual format of activations: unsigned, as after a ReLU half of a signed range would be wasted.

    >>> activation_format(8)
    uint8
    """
    return IntegerFormat(bits, signed=False)


@dataclass(frozen=True)
class FloatFormat:
    """A floating-point format: ±1.m x 2^e, and below the smallest normal number ±0.m x 2^emin.

    Attributes:
        name: as PyTorch calls the dtype.
        bits, exponent_bits, mantissa_bits: with the sign's, bits = 1 + exponent_bits + mantissa_bits.
        largest: the largest finite value.
        smallest_normal: the smallest value that has the full precision.
        has_infinity: whether larger values become infinite. e4m3 has no pattern for infinity, and what is too large
            becomes its largest value here (saturation, as the hardware offers it).

    >>> e4m3 = float_format(torch.float8_e4m3fn)
    >>> e4m3.largest, e4m3.smallest_subnormal, e4m3.spacing(100.0)
    (448.0, 0.001953125, 8.0)
    """

    name: str
    bits: int
    exponent_bits: int
    mantissa_bits: int
    largest: float
    smallest_normal: float
    has_infinity: bool

    @property
    def smallest_subnormal(self) -> float:
        """The smallest value above zero."""
        return self.smallest_normal * 2.0**-self.mantissa_bits

    @property
    def decades(self) -> float:
        """Powers of ten from the smallest value above zero to the largest."""
        return math.log10(self.largest) - math.log10(self.smallest_subnormal)

    def spacing(self, value: float) -> float:
        """The step from `value` to the next larger magnitude.

        Raises:
            InputError: `value` is not finite or beyond the largest.

        >>> float_format(torch.float16).spacing(2048.0)  # 2049 is no float16
        2.0
        """
        if not abs(value) <= self.largest:
            raise InputError(f"value={value} is not within ±{self.largest:g}, the range of {self.name}.")
        exponent = math.frexp(max(abs(value), self.smallest_normal))[1] - 1
        return math.ldexp(1.0, exponent - self.mantissa_bits)

    def round(self, tensor: Tensor) -> Tensor:
        """The nearest values of the format, halves to even; the dtype is kept. NaN stays NaN.

        Args:
            tensor: floating point, any shape.

        >>> float_format(torch.float8_e4m3fn).round(torch.tensor([0.3, 17.5, 1000.0, 0.0005])).tolist()
        [0.3125, 18.0, 448.0, 0.0]
        """
        values = tensor.double()
        exponent = torch.frexp(values.abs().clamp_min(self.smallest_normal)).exponent - 1
        step = torch.ldexp(torch.ones_like(values), exponent - self.mantissa_bits)
        rounded = torch.where(values.isinf(), values, torch.round(values / step) * step)
        beyond = torch.copysign(torch.full_like(values, math.inf if self.has_infinity else self.largest), values)
        return torch.where(rounded.abs() > self.largest, beyond, rounded).to(tensor.dtype)


_FLOATING = (
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2,
)  # fmt: skip


def float_format(dtype: torch.dtype) -> FloatFormat:
    """What PyTorch knows of a floating-point dtype, as a `FloatFormat`.

    Raises:
        InputError: the dtype is none of float64, float32, float16, bfloat16, float8_e4m3fn and float8_e5m2.

    >>> bf16 = float_format(torch.bfloat16)
    >>> bf16.exponent_bits, bf16.mantissa_bits
    (8, 7)
    """
    if dtype not in _FLOATING:
        raise InputError(f"dtype={dtype} is none of the formats described here: {', '.join(map(str, _FLOATING))}.")
    known = torch.finfo(dtype)
    mantissa = -round(math.log2(known.eps))
    return FloatFormat(
        name=str(dtype).removeprefix("torch."),
        bits=known.bits,
        exponent_bits=known.bits - 1 - mantissa,
        mantissa_bits=mantissa,
        largest=known.max,
        smallest_normal=known.smallest_normal,
        has_infinity=dtype != torch.float8_e4m3fn,
    )


FLOAT_FORMATS = tuple(float_format(dtype) for dtype in _FLOATING[1:])
"""fp32, fp16, bf16, fp8 e4m3 and e5m2."""


@dataclass(frozen=True)
class Loss:
    """What a tensor loses in a floating-point format.

    Attributes:
        overflow: share of the values that are larger than the format's largest, 0 to 1.
        underflow: share of the values that aren't zero and become zero, 0 to 1.
        relative_error: root of the mean squared error over the root of the mean square, of the values within range.

    >>> Loss(overflow=0.0, underflow=0.25, relative_error=0.01).underflow
    0.25
    """

    overflow: float
    underflow: float
    relative_error: float


def what_is_lost(tensor: Tensor, format: FloatFormat) -> Loss:
    """What rounding a tensor to a floating-point format costs.

    Args:
        tensor: floating point, any shape, finite.
        format: of `FLOAT_FORMATS`, or from `float_format`.

    Raises:
        InputError: the tensor is empty or holds NaN or infinity.

    >>> loss = what_is_lost(torch.tensor([1.0, 1e-9, 1e6, 3.0]), float_format(torch.float16))
    >>> loss.overflow, loss.underflow
    (0.25, 0.25)
    """
    values = tensor.double()
    if values.numel() == 0 or not torch.isfinite(values).all():
        raise InputError(f"tensor of shape {tuple(tensor.shape)} is empty or holds NaN or infinity.")
    rounded = format.round(values)
    over = ~(rounded.abs() < math.inf) | (values.abs() > format.largest)
    within = values[~over]
    norm = within.norm()
    return Loss(
        overflow=over.double().mean().item(),
        underflow=((rounded == 0) & (values != 0)).double().mean().item(),
        relative_error=((rounded[~over] - within).norm() / norm).item() if norm > 0 else 0.0,
    )


def floating_values(exponent_bits: int, mantissa_bits: int, *, largest: float) -> list[float]:
    """All values from 0 to `largest` that a floating-point format of so many bits has.

    >>> floating_values(2, 1, largest=3.0)  # the bias is 1: subnormal 0 and 0.5, then 1, 1.5, 2 and 3
    [0.0, 0.5, 1.0, 1.5, 2.0, 3.0]
    """
    bias = 2 ** (exponent_bits - 1) - 1
    fractions = [m / 2**mantissa_bits for m in range(2**mantissa_bits)]
    values = [f * 2.0 ** (1 - bias) for f in fractions]
    values += [(1 + f) * 2.0 ** (e - bias) for e in range(1, 2**exponent_bits) for f in fractions]
    return [value for value in values if value <= largest]
