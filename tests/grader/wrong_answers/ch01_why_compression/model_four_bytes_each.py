"""Every value is taken for a float32.

loses: model_parameters, model_buffers
says: at the dtype that this parameter has
"""


def bytes_by_dtype(model):
    sizes = {}
    for tensor in [*model.parameters(), *model.buffers()]:
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + 4 * tensor.numel()
    return sizes
