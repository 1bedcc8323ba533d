"""Takes the width of a dtype from finfo/iinfo: for complex dtypes finfo tells the bits of the real part alone.

With a module that holds a buffer torch.zeros(3, dtype=torch.complex64) the text promises {"complex64": 24};
gives {"complex64": 12}.
"""
import torch
from torch import nn


def bytes_by_dtype(model: nn.Module) -> dict[str, int]:
    def width(dtype):
        if dtype == torch.bool:
            return 1
        if dtype.is_floating_point or dtype.is_complex:
            return torch.finfo(dtype).bits // 8
        return torch.iinfo(dtype).bits // 8

    result = {}
    for tensor in [*model.parameters(), *model.buffers()]:
        name = str(tensor.dtype).split(".")[-1]
        result[name] = result.get(name, 0) + tensor.numel() * width(tensor.dtype)
    return result
