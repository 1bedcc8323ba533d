"""Plain Python: loops that count one by one, a search over ranks, eigenvectors in place of the SVD."""

import torch
from torch import nn


def memory_bytes(parameters, bits):
    whole, rest = divmod(parameters * bits, 8)
    if rest:
        whole += 1
    return whole


def megabytes(size_bytes):
    return size_bytes * 0.000001


def mebibytes(size_bytes):
    return size_bytes / 1024 / 1024


def bytes_by_dtype(model):
    seen = set()
    sizes = {}
    for module in model.modules():
        for tensor in [*module._parameters.values(), *module._buffers.values()]:
            if tensor is None or id(tensor) in seen:
                continue
            seen.add(id(tensor))
            _, name = str(tensor.dtype).split(".")
            sizes.setdefault(name, 0)
            sizes[name] += tensor.element_size() * tensor.numel()
    return sizes


def linear_macs(input_shape, out_features):
    macs = out_features
    for size in input_shape:
        macs = macs * size
    return macs


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    places = 0
    first = 0
    while first + dilation * (kernel - 1) < size + 2 * padding:
        places += 1
        first += stride
    if places == 0:
        raise ValueError("the kernel is too large")
    return places


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    def places(size, taps):
        return len(range(0, size + 2 * padding - dilation * (taps - 1), stride))

    n, c, h, w = input_shape
    macs = 0
    for _ in range(groups):
        macs += (out_channels // groups) * (c // groups) * places(h, kernel_size[0]) * places(w, kernel_size[1])
    return n * macs * kernel_size[0] * kernel_size[1]


def low_rank_factors(weight, rank):
    out_features, in_features = weight.shape
    if rank <= 0 or rank > out_features or rank > in_features:
        raise ValueError(f"no rank {rank} for {out_features} x {in_features}")
    exact = weight.double()
    if out_features < in_features:  # project on the leading eigenvectors of the smaller of the two products
        vectors = torch.linalg.eigh(exact @ exact.T).eigenvectors[:, -rank:]
        return (vectors.T @ exact).to(weight.dtype), vectors.to(weight.dtype)
    vectors = torch.linalg.eigh(exact.T @ exact).eigenvectors[:, -rank:]
    return vectors.T.to(weight.dtype), (exact @ vectors).to(weight.dtype)


def factorize_linear(layer, rank):
    first, second = low_rank_factors(layer.weight.data, rank)
    narrow = nn.Linear(layer.in_features, rank, bias=False)
    wide = nn.Linear(rank, layer.out_features, bias=False)
    narrow.weight = nn.Parameter(first.contiguous())
    wide.weight = nn.Parameter(second.contiguous())
    if layer.bias is not None:
        wide.bias = nn.Parameter(layer.bias.detach().clone())
    return nn.Sequential(narrow, wide)


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    best = 0
    for rank in range(1, min(in_features, out_features) + 1):
        values = rank * in_features + out_features * rank
        if bias:
            values += out_features
        if values * torch.empty(0, dtype=dtype).element_size() <= budget_bytes:
            best = rank
    return best


def median_seconds(function, clock, *, warmup=10, repeats=50):
    times = []
    for call in range(warmup + repeats):
        before = clock()
        function()
        after = clock()
        if call >= warmup:
            times.append(after - before)
    times.sort()
    return (times[(repeats - 1) // 2] + times[repeats // 2]) / 2
