"""Buffers are forgotten.

loses: model_buffers
says: buffers: no parameters, but in memory
"""


def bytes_by_dtype(model):
    sizes = {}
    for tensor in model.parameters():
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + tensor.numel() * tensor.element_size()
    return sizes
