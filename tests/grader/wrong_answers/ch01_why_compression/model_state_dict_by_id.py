"""Looks for doubles by `id`, but a state dict makes new tensors, each with an id of its own.

loses: model_shared
says: a tensor under two names is in memory once
"""


def bytes_by_dtype(model):
    tensors = {id(tensor): tensor for tensor in [*model.state_dict().values(), *model.buffers()]}
    sizes = {}
    for tensor in tensors.values():
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + tensor.nbytes
    return sizes
