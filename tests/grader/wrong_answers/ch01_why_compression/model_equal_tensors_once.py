"""Tensors that are equal are taken for one and the same.

loses: model_shared
says: two tensors that are merely equal are there twice
"""

import torch


def bytes_by_dtype(model):
    tensors = []
    for tensor in [*model.parameters(), *model.buffers()]:
        if not any(tensor.dtype == other.dtype and torch.equal(tensor, other) for other in tensors):
            tensors.append(tensor)
    sizes = {}
    for tensor in tensors:
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + tensor.nbytes
    return sizes
