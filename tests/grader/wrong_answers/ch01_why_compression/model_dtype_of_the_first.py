"""The first parameter's dtype stands for all.

loses: model_parameters
says: at the dtype that this parameter has
"""


def bytes_by_dtype(model):
    tensors = [*model.parameters(), *model.buffers()]
    if not tensors:
        return {}
    first = tensors[0]
    name = str(first.dtype).removeprefix("torch.")
    return {name: sum(tensor.numel() for tensor in tensors) * first.element_size()}
