"""Parameters are told apart, buffers are collected from module to module.

loses: model_shared
says: a buffer can be shared, too
"""


def bytes_by_dtype(model):
    tensors = list(model.parameters())
    for module in model.modules():
        tensors += module._buffers.values()
    sizes = {}
    for tensor in tensors:
        if tensor is not None:
            name = str(tensor.dtype).rpartition(".")[2]
            sizes[name] = sizes.get(name, 0) + tensor.nbytes
    return sizes
