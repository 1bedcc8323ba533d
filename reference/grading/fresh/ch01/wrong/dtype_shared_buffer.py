"""Walks the modules and takes the buffers of each: a buffer that two modules share is counted twice.

With a = nn.Linear(1, 1), b = nn.Linear(1, 1), one tensor t = torch.zeros(3) registered as buffer "t" in both, and
nn.Sequential(a, b): the text promises {"float32": 28} (4 values and t once); gives {"float32": 40}.
"""
from torch import nn


def bytes_by_dtype(model: nn.Module) -> dict[str, int]:
    result = {}
    tensors = list(model.parameters())
    for module in model.modules():
        tensors.extend(module.buffers(recurse=False))
    for tensor in tensors:
        name = str(tensor.dtype).replace("torch.", "")
        result[name] = result.get(name, 0) + tensor.numel() * tensor.element_size()
    return result
