"""The keys are `torch.float32` instead of `float32`.

loses: model_parameters
says: 'float32'
"""


def bytes_by_dtype(model):
    sizes = {}
    for tensor in [*model.parameters(), *model.buffers()]:
        name = str(tensor.dtype)
        sizes[name] = sizes.get(name, 0) + tensor.numel() * tensor.element_size()
    return sizes
