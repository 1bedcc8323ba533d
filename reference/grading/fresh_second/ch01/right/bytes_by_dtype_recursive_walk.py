"""Walks the tree of modules by hand with a memo of what has been seen, instead of parameters() and buffers() over the
whole model."""
import torch
from torch import nn


def _walk(module: nn.Module, seen: dict[int, torch.Tensor]) -> None:
    for tensor in [*module.parameters(recurse=False), *module.buffers(recurse=False)]:
        seen.setdefault(id(tensor), tensor)
    for child in module.children():
        _walk(child, seen)


def bytes_by_dtype(model: nn.Module) -> dict[str, int]:
    tensors: dict[int, torch.Tensor] = {}
    _walk(model, tensors)
    dtypes = {tensor.dtype for tensor in tensors.values()}
    return {
        repr(dtype).rpartition(".")[2]: sum(t.numel() * dtype.itemsize for t in tensors.values() if t.dtype == dtype)
        for dtype in dtypes
    }
