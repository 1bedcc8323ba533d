"""Looks the element size up in a table of its own and takes 4 bytes for whatever is missing there (bfloat16, bool, ...).

Text: "Any real dtype may occur" and "From the name of each dtype that occurs [...] to its bytes."
bytes_by_dtype(nn.Linear(2, 3, dtype=torch.bfloat16)) gives {"bfloat16": 36}; promised: {"bfloat16": 18}.
"""
import itertools

import torch
from torch import nn

SIZES = {"float64": 8, "float32": 4, "float16": 2, "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1}


def bytes_by_dtype(model: nn.Module) -> dict[str, int]:
    result: dict[str, int] = {}
    for tensor in itertools.chain(model.parameters(), model.buffers()):
        name = str(tensor.dtype).replace("torch.", "")
        result[name] = result.get(name, 0) + tensor.numel() * SIZES.get(name, 4)
    return result
