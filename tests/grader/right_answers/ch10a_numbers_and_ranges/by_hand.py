"""One number at a time, in Python's floats, integers and fractions."""

import math
from fractions import Fraction

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    codes = []
    for value in (x.detach().double() / scale).flatten().tolist():
        if math.isinf(value):
            codes.append(highest if value > 0 else lowest)
        else:
            codes.append(min(max(round(value) + zero_point, lowest), highest))
    return torch.tensor(codes, dtype=torch.int32).reshape(x.shape)


def dequantize(q, scale, zero_point):
    numbers = [(int(code) - zero_point) * scale for code in q.flatten()]
    return torch.tensor(numbers, dtype=torch.float32).reshape(q.shape)


def choose_scale_and_zero_point(low, high, *, bits, signed, symmetric):
    for end in (low, high):
        if end != end or end in (math.inf, -math.inf):
            raise ValueError("give two finite ends")
    if low > high or (symmetric and not signed):
        raise ValueError("no such range")
    largest = max(abs(low), abs(high))
    if symmetric:
        return (largest / (2 ** (bits - 1) - 1) if largest else 1), 0
    if low > 0:
        low = 0.0
    if high < 0:
        high = 0.0
    first = -(2 ** (bits - 1)) if signed else 0
    if low == high:
        return 1, first
    steps = 2**bits - 1
    return (high - low) / steps, round(first + steps * -low / (high - low))


def quantize_per_channel(weight, *, bits):
    highest = 2 ** (bits - 1) - 1
    scales, channels = [], []
    for channel in weight.detach():
        largest = max(abs(value) for value in channel.flatten().tolist())
        scales.append(largest / highest if largest else 1.0)
        channels.append(torch.round(channel.double() / scales[-1]).int())
    return torch.stack(channels), torch.tensor(scales, dtype=weight.dtype)


def fixed_point(ratio):
    exact, n = Fraction(ratio), 0
    while round(exact * 2 ** (n + 1)) < 2**31:
        n += 1
    return round(exact * 2**n), n


def requantize(sums, m, n, zero_point):
    codes = []
    for a in sums.flatten().tolist():
        steps = math.floor(Fraction(m * a, 2**n) + Fraction(1, 2))
        codes.append(min(max(steps + zero_point, 0), 255))
    return torch.tensor(codes, dtype=torch.uint8).reshape(sums.shape)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = torch.zeros(len(q_x), len(q_w), dtype=torch.int32)
    for row, inputs in enumerate(q_x.tolist()):
        for out, weights in enumerate(q_w.tolist()):
            total = sum((q - z_x) * w for q, w in zip(inputs, weights, strict=True))
            sums[row, out] = total + (0 if bias is None else int(bias[out]))
    return requantize(sums, *fixed_point(ratio), z_y)


def range_of_least_error(x, *, bits, candidates):
    values = [0.0, *x.flatten().tolist()]
    low, high = min(values), max(values)

    def error(k):
        s, z = choose_scale_and_zero_point(
            low * k / candidates, high * k / candidates, bits=bits, signed=False, symmetric=False
        )
        back = dequantize(quantize(x, s, z, bits=bits, signed=False), s, z)
        return math.fsum((a - b) ** 2 for a, b in zip(back.flatten().tolist(), x.flatten().tolist(), strict=True))

    k = min(range(candidates, 0, -1), key=error)
    return low * k / candidates, high * k / candidates
