"""Floating point wherever float64 has the digits, and torch's own operators for the rest."""

import math

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    ends = torch.tensor([-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1]) if signed else torch.tensor([0.0, 2.0**bits - 1])
    steps = torch.special.round(x.detach().to(torch.float64) / scale) + zero_point
    return torch.minimum(torch.maximum(steps, ends[0]), ends[1]).int()


def dequantize(q, scale, zero_point):
    return ((q.double() - zero_point) * scale).float()


def choose_scale_and_zero_point(low, high, *, bits, signed, symmetric):
    ends = torch.tensor([low, high], dtype=torch.float64)
    if not ends.isfinite().all() or ends.diff() < 0 or (symmetric and not signed):
        raise ValueError("no range for these integers")
    qmin = -(2 ** (bits - 1)) if signed else 0
    qmax = qmin + 2**bits - 1
    if symmetric:
        ends = torch.stack([-ends.abs().max(), ends.abs().max()])
        scale = float(ends[1] / qmax)
    else:
        ends = torch.cat([ends, torch.zeros(1)]).aminmax()
        scale = float((ends[1] - ends[0]) / (qmax - qmin))
    if scale == 0:
        scale = 1.0
    return scale, 0 if symmetric else int(torch.round(qmin - ends[0] / scale))


def quantize_per_channel(weight, *, bits):
    with torch.no_grad():
        rest = tuple(range(1, weight.dim()))
        scale = weight.abs().amax(rest, keepdim=True) / (2 ** (bits - 1) - 1)
        scale = scale.masked_fill(scale == 0, 1)
        return (weight / scale).round().int(), scale.flatten()


def fixed_point(ratio):
    n = 31 - math.ceil(math.log2(ratio))
    while ratio * 2.0**n + 0.5 >= 2**31:
        n -= 1
    while ratio * 2.0 ** (n + 1) + 0.5 < 2**31:
        n += 1
    return math.floor(ratio * 2.0**n + 0.5), n


def requantize(sums, m, n, zero_point):
    doubled = (sums.long() * m) >> (n - 1)  # one bit more than is wanted: it decides
    steps = torch.div(doubled + 1, 2, rounding_mode="floor")
    return (steps + zero_point).clamp(min=0, max=255).byte()


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = torch.nn.functional.linear(q_x.double() - z_x, q_w.double(), None if bias is None else bias.double())
    m, n = fixed_point(ratio)
    return requantize(sums.int(), m, n, z_y)


def range_of_least_error(x, *, bits, candidates):
    low, high = (float(end) for end in torch.cat([x.double().flatten(), torch.zeros(1)]).aminmax())
    tried = []
    for k in range(1, candidates + 1):
        ends = low * k / candidates, high * k / candidates
        steps = choose_scale_and_zero_point(*ends, bits=bits, signed=False, symmetric=False)
        lost = dequantize(quantize(x, *steps, bits=bits, signed=False), *steps) - x.double()
        tried.append((float(lost.norm()), -k, ends))
    return min(tried)[2]
