"""NumPy inside, tensors outside."""

import numpy as np
import torch


def ends_of(bits, signed):
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)


def quantize(x, scale, zero_point, *, bits, signed):
    lowest, highest = ends_of(bits, signed)
    steps = np.rint(x.detach().numpy() / scale) + zero_point
    return torch.from_numpy(np.asarray(np.clip(steps, lowest, highest)).astype(np.int32))


def dequantize(q, scale, zero_point):
    centred = q.numpy().astype(np.float64) - zero_point
    return torch.from_numpy(np.asarray(scale * centred).astype(np.float32))


def choose_scale_and_zero_point(low, high, *, bits, signed, symmetric):
    if not (np.isfinite([low, high]).all() and low <= high):
        raise ValueError(f"{low} to {high} is no range")
    lowest, highest = ends_of(bits, signed)
    ends = np.array([min(low, 0), max(high, 0)], dtype=np.float64)
    if symmetric:
        if not signed:
            raise ValueError("no sign")
        scale = np.abs(ends).max() / highest
        return (scale if scale > 0 else 1.0), 0
    scale = np.ptp(ends) / (highest - lowest)
    if scale == 0:
        return 1.0, lowest
    return scale, int(np.rint(lowest - ends[0] / scale))


def quantize_per_channel(weight, *, bits):
    w = weight.detach().numpy()
    largest = np.abs(w).max(axis=tuple(range(1, w.ndim)))
    scale = np.where(largest > 0, largest / ends_of(bits, True)[1], 1).astype(w.dtype)
    q = np.rint(w / np.expand_dims(scale, tuple(range(1, w.ndim))))
    return torch.from_numpy(q.astype(np.int32)), torch.from_numpy(scale)


def fixed_point(ratio):
    fraction, exponent = np.frexp(ratio)
    m = np.rint(fraction * 2**31)
    n = 31 - exponent
    if m >= 2**31:
        m, n = m / 2, n - 1
    return int(m), int(n)


def requantize(sums, m, n, zero_point):
    product = sums.numpy().astype(np.int64) * m
    floor, rest = product >> n, product & ((1 << n) - 1)
    steps = floor + (rest >= (1 << (n - 1)))
    return torch.from_numpy(np.asarray(np.clip(steps + zero_point, 0, 255)).astype(np.uint8))


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    x, w = q_x.numpy().astype(np.int32), q_w.numpy().astype(np.int32)
    sums = x @ w.T - z_x * w.sum(axis=1, dtype=np.int32)
    if bias is not None:
        sums = sums + bias.numpy()
    return requantize(torch.from_numpy(sums.astype(np.int32)), *fixed_point(ratio), z_y)


def range_of_least_error(x, *, bits, candidates):
    values = x.numpy().astype(np.float64)
    low, high = min(values.min(), 0), max(values.max(), 0)
    errors = {}
    for k in range(1, candidates + 1):
        ends = low * (k / candidates), high * (k / candidates)
        steps = choose_scale_and_zero_point(*ends, bits=bits, signed=False, symmetric=False)
        back = dequantize(quantize(x, *steps, bits=bits, signed=False), *steps)
        errors[ends] = np.sum((back.numpy().astype(np.float64) - values) ** 2)
    return min(reversed(errors), key=errors.get) if low < high else (0.0, 0.0)
