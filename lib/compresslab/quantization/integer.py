"""Inference in integers alone, as a microcontroller or an accelerator does it: no floating-point number after loading.

Products of 8-bit integers are summed in 32 bits. The sum counts in steps of s_x s_w, the output in steps of s_y; their
ratio M = s_x s_w / s_y is a real number, which becomes an integer multiplier of 31 bits and a shift to the right:

    y = clamp(z_y + round(M sum), qmin, qmax),        M = m / 2^n,  2^30 <= m < 2^31

Halves round up here. Runtimes differ by a step where they round otherwise (ONNX Runtime multiplies by M in float32).

References:
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference", sections 2.2 to 2.4.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from compresslab.arguments import positive, whole
from compresslab.errors import InputError
from compresslab.quantization.affine import dequantize, quantize
from compresslab.quantization.formats import UINT8, IntegerFormat

_INT16 = torch.iinfo(torch.int16)
_INT32 = torch.iinfo(torch.int32)


@dataclass(frozen=True)
class Grid:
    """Which real numbers the integers of a tensor stand for: scale (q - zero_point).

    Raises:
        InputError: the scale is not positive and finite, or the zero point is none of the format's values.

    >>> grid = Grid(scale=0.5, zero_point=3)
    >>> grid.quantize(torch.tensor([-1.5, 1.0])), grid.dequantize(torch.tensor([0, 5]))
    (tensor([0, 5], dtype=torch.uint8), tensor([-1.5000,  1.0000]))
    """

    scale: float
    zero_point: int
    format: IntegerFormat = UINT8

    def __post_init__(self) -> None:
        positive(scale=self.scale)
        whole(self.format.lowest, self.format.highest, f"a value of {self.format}", zero_point=self.zero_point)

    def quantize(self, x: Tensor) -> Tensor:
        """The integers nearest to real numbers."""
        return quantize(x, torch.tensor(self.scale), self.zero_point, format=self.format)

    def dequantize(self, q: Tensor) -> Tensor:
        """The real numbers that integers stand for."""
        return dequantize(q, torch.tensor(self.scale), self.zero_point)


def multiplier_and_shift(ratio: float) -> tuple[int, int]:
    """The integers m and n with ratio = m / 2^n to 31 bits, and 2^30 <= m < 2^31.

    Args:
        ratio: positive and finite; of an ordinary layer it is below 1, and the shift above 30.

    Raises:
        InputError: the ratio is out of its range, or so large that no shift to the right is left.

    >>> multiplier_and_shift(0.75)
    (1610612736, 31)
    >>> 1610612736 / 2**31
    0.75
    """
    positive(ratio=ratio)
    mantissa, exponent = math.frexp(ratio)  # ratio = mantissa 2^exponent, 0.5 <= mantissa < 1
    m = round(mantissa * 2**31)
    if m == 2**31:
        m, exponent = m // 2, exponent + 1
    if exponent > 30:
        raise InputError(f"ratio={ratio} is too large: the output's scale is far too fine for such sums.")
    return m, 31 - exponent


def requantize(sums: Tensor, ratios: Tensor, output: Grid, *, axis: int = 1) -> Tensor:
    """Bring sums of products to the steps of the output, by integer arithmetic.

    Args:
        sums: int32 accumulators, of any shape.
        ratios: M = s_x s_w / s_y, of one element, or one for each channel.
        output: the grid of the result.
        axis: of the channels.

    Returns:
        Integers of the shape of `sums`, in the output format's dtype.

    >>> requantize(torch.tensor([[100, -100]], dtype=torch.int32), torch.tensor([0.02]), Grid(0.1, 10))
    tensor([[12,  8]], dtype=torch.uint8)
    """
    pairs = [multiplier_and_shift(ratio) for ratio in ratios.double().flatten().tolist()]
    shape = [len(pairs) if place == axis % sums.ndim else 1 for place in range(sums.ndim)]
    multiplier, shift = (torch.tensor(column).reshape(shape) for column in zip(*pairs, strict=True))
    multiplier, shift = torch.where(shift > 62, 0, multiplier), shift.clamp_max(62)  # further, all that is left is 0
    half = torch.ones_like(shift) << (shift - 1)
    scaled = (sums.long() * multiplier + half) >> shift  # 32 and 31 bits make 63
    return _clamped(scaled + output.zero_point, output.format)


def integer_conv2d(
    q: Tensor,
    x: Grid,
    weight: Tensor,
    weight_scale: Tensor,
    output: Grid,
    *,
    bias: Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
    groups: int = 1,
) -> Tensor:
    """A convolution in integers. A ReLU after it needs nothing but an output grid that begins at 0.

    Args:
        q: integers (N, C, H, W) on the grid `x`. The border is padded with its zero point, which stands for 0.
        x: the grid of the input.
        weight: int8 (out, C / groups, h, w), symmetric.
        weight_scale: of one element, or (out,).
        output: the grid of the result.
        bias: int32 (out,), in steps of s_x s_w (see `integer_bias`).
        stride, padding, groups: as in `nn.Conv2d`.

    Raises:
        InputError: an argument is not of an integer dtype, or so many products are summed that 32 bits may not do.

    >>> q = torch.full((1, 1, 1, 1), 14, dtype=torch.uint8)  # 0.1 (14 - 4) = 1
    >>> w = torch.full((1, 1, 1, 1), 100, dtype=torch.int8)  # 0.02 x 100 = 2
    >>> integer_conv2d(q, Grid(0.1, 4), w, torch.tensor([0.02]), Grid(0.1, 0)).item()  # 2 / 0.1
    20
    """
    _check_sum(q, weight)
    centred = F.pad(q.to(torch.int32) - x.zero_point, (padding,) * 4)
    height, width = weight.shape[2:]
    windows = centred.unfold(2, height, stride).unfold(3, width, stride)  # (N, C, H', W', h, w), a view
    columns = windows.unflatten(1, (groups, -1))
    kernels = weight.to(torch.int32).unflatten(0, (groups, -1))
    sums = torch.einsum("ngchwij,gocij->ngohw", columns, kernels).flatten(1, 2)
    if bias is not None:
        sums = sums + bias.reshape(1, -1, 1, 1)
    return requantize(sums, x.scale * weight_scale.double() / output.scale, output)


def integer_linear(
    q: Tensor, x: Grid, weight: Tensor, weight_scale: Tensor, output: Grid, *, bias: Tensor | None = None
) -> Tensor:
    """A linear layer in integers, (N, in) to (N, out); the other arguments are those of `integer_conv2d`.

    >>> q, w = torch.tensor([[14]]), torch.tensor([[100]])
    >>> integer_linear(q, Grid(0.1, 4), w, torch.tensor([0.02]), Grid(0.1, 0), bias=torch.tensor([500])).item()
    30
    """
    sums = integer_sums(q, x, weight, bias=bias)
    return requantize(sums, x.scale * weight_scale.double() / output.scale, output)


def integer_sums(q: Tensor, x: Grid, weight: Tensor, *, bias: Tensor | None = None) -> Tensor:
    """The accumulators of a linear layer, int32, in steps of s_x s_w.

    >>> integer_sums(torch.tensor([[14]]), Grid(0.1, 4), torch.tensor([[100]])).item()
    1000
    """
    _check_sum(q, weight)
    sums = (q.to(torch.int32) - x.zero_point) @ weight.to(torch.int32).T
    return sums if bias is None else sums + bias


def integer_bias(bias: Tensor, x: Grid, weight_scale: Tensor) -> Tensor:
    """A bias as int32 in steps of s_x s_w, in which the products are summed.

    >>> integer_bias(torch.tensor([1.0]), Grid(0.1, 4), torch.tensor([0.02]))
    tensor([500], dtype=torch.int32)
    """
    steps = torch.round(bias.double() / (x.scale * weight_scale.double()))
    return steps.clamp(_INT32.min, _INT32.max).to(torch.int32)


def integer_add(a: Tensor, a_grid: Grid, b: Tensor, b_grid: Grid, output: Grid) -> Tensor:
    """The sum of two tensors on grids of their own, as a residual connection needs it.

    Both get a multiplier with a common shift, the larger one of 31 bits.

    >>> a, b = torch.tensor([14]), torch.tensor([20])
    >>> integer_add(a, Grid(0.1, 4), b, Grid(0.05, 0), Grid(0.2, 1))  # (1 + 1) / 0.2 + 1
    tensor([11], dtype=torch.uint8)
    """
    ratios = a_grid.scale / output.scale, b_grid.scale / output.scale
    _, shift = multiplier_and_shift(max(ratios))
    m, n = (round(math.ldexp(ratio, shift)) for ratio in ratios)
    sums = (a.long() - a_grid.zero_point) * m + (b.long() - b_grid.zero_point) * n
    return _clamped(((sums + 2 ** (shift - 1)) >> shift) + output.zero_point, output.format)


def integer_average(q: Tensor, x: Grid, output: Grid) -> Tensor:
    """Global average pooling (N, C, H, W) to (N, C, 1, 1): the division is part of the ratio.

    >>> integer_average(torch.tensor([[[[1, 2], [3, 6]]]]), Grid(0.1, 0), Grid(0.1, 0)).item()
    3
    """
    sums = (q.to(torch.int32) - x.zero_point).sum((2, 3), keepdim=True)
    area = q.shape[2] * q.shape[3]
    return requantize(sums, torch.tensor([x.scale / (output.scale * area)], dtype=torch.float64), output)


def integer_relu(q: Tensor, x: Grid) -> Tensor:
    """A ReLU on the grid of its input: what lies below the zero point becomes the zero point.

    >>> integer_relu(torch.tensor([0, 5, 9], dtype=torch.uint8), Grid(0.1, 5))
    tensor([5, 5, 9], dtype=torch.uint8)
    """
    return q.clamp_min(x.zero_point)


def saturating_dot(q: Tensor, weight: Tensor) -> Tensor:
    """The dot product as x86 CPUs without VNNI compute it (vpmaddubsw): pairs of products are summed in 16 bits.

    Two products of uint8 and int8 reach 2 x 255 x 127 = 64,770, beyond the 32,767 of int16: the sum is cut off there,
    without a sign of it, and the answer is wrong where activations and weights are large. Weights of 7 bits are safe:
    2 x 255 x 64 = 32,640. With VNNI, four products are summed in 32 bits.

    Args:
        q: uint8 (..., n), n even.
        weight: int8 (n,).

    Raises:
        InputError: the dtypes or the number of values don't fit.

    >>> q, w = torch.tensor([255, 255], dtype=torch.uint8), torch.tensor([127, 127], dtype=torch.int8)
    >>> saturating_dot(q, w).item(), (q.int() * w.int()).sum().item()
    (32767, 64770)
    """
    if q.dtype != torch.uint8 or weight.dtype != torch.int8 or q.shape[-1] % 2:
        raise InputError(f"q is {q.dtype} {tuple(q.shape)}, weight {weight.dtype}: give uint8 and int8, in pairs.")
    products = q.to(torch.int32) * weight.to(torch.int32)
    pairs = products.unflatten(-1, (-1, 2)).sum(-1).clamp(_INT16.min, _INT16.max)
    return pairs.sum(-1, dtype=torch.int32)


def _clamped(q: Tensor, format: IntegerFormat) -> Tensor:
    return q.clamp(format.lowest, format.highest).to(format.storage)


def _check_sum(q: Tensor, weight: Tensor) -> None:
    for name, tensor in (("q", q), ("weight", weight)):
        if tensor.is_floating_point():
            raise InputError(f"{name} is {tensor.dtype}: give integers, as Grid.quantize makes them.")
    products = weight[0].numel()
    if products * 255 * 127 > _INT32.max:
        raise InputError(f"{products} products of 8-bit integers may sum to more than 32 bits hold: 66,311 are safe.")
