"""The state dict has shared tensors twice and buffers with persistent=False not at all.

loses: model_shared, model_buffers
says: a tensor under two names is in memory once
"""


def bytes_by_dtype(model):
    sizes = {}
    for tensor in model.state_dict().values():
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + tensor.numel() * tensor.element_size()
    return sizes
