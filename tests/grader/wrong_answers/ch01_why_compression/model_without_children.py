"""Only the module's own tensors count, not those of the layers in it.

loses: model_parameters
says: every parameter
"""


def bytes_by_dtype(model):
    sizes = {}
    for tensor in [*model.parameters(recurse=False), *model.buffers(recurse=False)]:
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + tensor.numel() * tensor.element_size()
    return sizes
