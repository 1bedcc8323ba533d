"""All functions, in plain PyTorch."""
import math

import torch
from torch import Tensor


def _ends(bits: int, signed: bool) -> tuple[int, int]:
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)


def quantize(x: Tensor, scale: float, zero_point: int, *, bits: int, signed: bool) -> Tensor:
    low, high = _ends(bits, signed)
    return ((x.detach() / scale).round() + zero_point).clamp(low, high).to(torch.int32)


def dequantize(q: Tensor, scale: float, zero_point: int) -> Tensor:
    return (q.to(torch.int32) - zero_point).to(torch.float32) * scale


def choose_scale_and_zero_point(
    low: float, high: float, *, bits: int, signed: bool, symmetric: bool
) -> tuple[float, int]:
    if not (-math.inf < low <= high < math.inf):
        raise ValueError("low and high")
    if symmetric and not signed:
        raise ValueError("symmetric")
    qmin, qmax = _ends(bits, signed)
    low, high = min(low, 0.0), max(high, 0.0)
    if symmetric:
        return max(-low, high) / qmax or 1.0, 0
    scale = (high - low) / (qmax - qmin) or 1.0
    return scale, qmin - round(low / scale)


def quantize_per_channel(weight: Tensor, *, bits: int) -> tuple[Tensor, Tensor]:
    weight = weight.detach()
    qmax = 2 ** (bits - 1) - 1
    largest = weight.abs().flatten(1).amax(dim=1)
    scales = torch.where(largest > 0, largest / qmax, 1.0).to(weight.dtype)
    shape = [-1] + [1] * (weight.ndim - 1)
    return (weight / scales.reshape(shape)).round().clamp(-qmax, qmax).to(torch.int32), scales


def fixed_point(ratio: float) -> tuple[int, int]:
    fraction, exponent = math.frexp(ratio)
    m = round(fraction * 2**31)
    if m == 2**31:
        return 2**30, 30 - exponent
    return m, 31 - exponent


def requantize(sums: Tensor, m: int, n: int, zero_point: int) -> Tensor:
    rounded = (sums.long() * m + (1 << (n - 1))) >> n
    return (rounded + zero_point).clamp(0, 255).to(torch.uint8)


def integer_linear(
    q_x: Tensor, z_x: int, q_w: Tensor, bias: Tensor | None, ratio: float, z_y: int
) -> Tensor:
    sums = (q_x.int() - z_x) @ q_w.int().T
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)


def range_of_least_error(x: Tensor, *, bits: int, candidates: int) -> tuple[float, float]:
    low, high = min(x.min().item(), 0.0), max(x.max().item(), 0.0)
    best, least = (low, high), math.inf
    for k in range(candidates, 0, -1):
        a, b = low * k / candidates, high * k / candidates
        scale, z = choose_scale_and_zero_point(a, b, bits=bits, signed=False, symmetric=False)
        back = dequantize(quantize(x, scale, z, bits=bits, signed=False), scale, z)
        error = (back.double() - x.double()).square().sum().item()
        if error < least:
            best, least = (a, b), error
    return best
