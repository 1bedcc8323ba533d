"""Frozen parameters are left out.

loses: model_parameters
says: a frozen parameter trains no more
"""


def bytes_by_dtype(model):
    sizes = {}
    for tensor in [*(p for p in model.parameters() if p.requires_grad), *model.buffers()]:
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + tensor.numel() * tensor.element_size()
    return sizes
