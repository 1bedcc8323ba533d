"""The state dict without its doubles, which still lacks buffers with persistent=False.

loses: model_buffers
says: do you read the state dict?
"""


def bytes_by_dtype(model):
    tensors = {tensor.data_ptr(): tensor for tensor in model.state_dict().values()}
    sizes = {}
    for tensor in tensors.values():
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + tensor.nbytes
    return sizes
