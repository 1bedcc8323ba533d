"""The int64 counter of batch-norm is left out.

loses: model_buffers
says: the counter are buffers
"""


def bytes_by_dtype(model):
    sizes = {}
    for tensor in [*model.parameters(), *model.buffers()]:
        if tensor.is_floating_point():
            name = str(tensor.dtype).removeprefix("torch.")
            sizes[name] = sizes.get(name, 0) + tensor.numel() * tensor.element_size()
    return sizes
