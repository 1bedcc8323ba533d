"""NumPy and PyTorch do the counting: real layers, a FLOP counter, an SVD in float64 whose values both factors share."""

import copy
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def memory_bytes(parameters, bits):
    return math.ceil(parameters * bits / 8)


def megabytes(size_bytes):
    return np.float64(size_bytes) / 1e6


def mebibytes(size_bytes):
    return size_bytes / (1 << 20)


def bytes_by_dtype(model):
    tensors = set(model.parameters()) | set(model.buffers())
    names = {str(tensor.dtype)[6:] for tensor in tensors}
    return {name: sum(t.nbytes for t in tensors if str(t.dtype) == f"torch.{name}") for name in names}


def linear_macs(input_shape, out_features):
    *rows, in_features = input_shape
    return np.prod(rows, dtype=np.int64) * np.int64(in_features * out_features)


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    line = torch.zeros(1, 1, size)
    try:
        return F.conv1d(line, torch.zeros(1, 1, kernel), None, stride, padding, dilation).shape[-1]
    except RuntimeError as error:
        raise ValueError("the kernel fits nowhere") from error


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    channels = input_shape[1]
    layer = nn.Conv2d(channels, out_channels, kernel_size, stride, padding, dilation, groups)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        output = layer(torch.zeros(input_shape))
    per_value = layer.weight[0].numel()
    assert counter.get_total_flops() == 2 * output.numel() * per_value
    return output.numel() * per_value


def low_rank_factors(weight, rank):
    if rank not in range(1, min(weight.shape) + 1):
        raise ValueError("the rank is out of its range")
    u, s, vh = np.linalg.svd(weight.detach().numpy().astype(np.float64))
    root = np.diag(np.sqrt(s[:rank]))
    factors = root @ vh[:rank], u[:, :rank] @ root
    return [torch.from_numpy(factor).to(weight.dtype) for factor in factors]


def factorize_linear(layer, rank):
    first, second = low_rank_factors(layer.weight, rank)
    narrow, wide = copy.deepcopy(layer), copy.deepcopy(layer)
    narrow.weight, narrow.bias, narrow.out_features = nn.Parameter(first), None, rank
    wide.weight, wide.in_features = nn.Parameter(second), rank
    return nn.Sequential(narrow, wide).requires_grad_()


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    def size(rank):
        narrow = nn.Linear(in_features, rank, bias=False, device="meta")
        wide = nn.Linear(rank, out_features, bias=bias, device="meta")
        return dtype.itemsize * sum(parameter.numel() for layer in (narrow, wide) for parameter in layer.parameters())

    low, high = 0, min(in_features, out_features)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(middle) <= budget_bytes else (low, middle - 1)
    return low


def median_seconds(function, clock, *, warmup=10, repeats=50):
    for _ in range(warmup):
        function()
    readings = [clock()]
    for _ in range(repeats):
        function()
        readings.append(clock())
    return float(np.median(np.diff(readings)))
