"""The course's own library where it has the function, tensors of bytes and steps elsewhere."""

import torch
from torch import nn

from compresslab.factorization import factorize_layer, low_rank


def memory_bytes(parameters, bits):
    return -(parameters * bits // -8)


def bytes_by_dtype(model):
    sizes = {}
    for kind in (nn.Module.named_parameters, nn.Module.named_buffers):
        for _, tensor in kind(model, remove_duplicate=True):
            name = repr(tensor.dtype).rpartition(".")[2]
            sizes[name] = tensor.untyped_storage().nbytes() + sizes.get(name, 0)
    return sizes


def linear_macs(input_shape, out_features):
    return torch.Size(input_shape).numel() * out_features


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    pixels = torch.arange(size + 2 * padding)
    reach = (kernel - 1) * dilation + 1
    if reach > len(pixels):
        raise ValueError("too few pixels")
    return len(pixels.unfold(0, reach, stride))


def low_rank_factors(weight, rank):
    second, first = low_rank(weight, rank)
    return first, second


def factorize_linear(layer, rank):
    return factorize_layer(layer, rank).requires_grad_()


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    values = budget_bytes // dtype.itemsize
    if bias:
        values -= out_features
    if values < in_features + out_features:
        return 0
    return min(values // (in_features + out_features), in_features, out_features)


def median_seconds(function, clock, *, warmup=10, repeats=50):
    [function() for _ in range(warmup)]
    times = torch.zeros(repeats, dtype=torch.float64)
    for index in range(repeats):
        times[index] -= clock()
        function()
        times[index] += clock()
    return times.quantile(0.5).item()
