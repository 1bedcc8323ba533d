"""A mask of a tensor with one dimension is ignored.

loses: rewind_weights
says: a bias may have one
"""


def rewind(saved, masks):
    result = {}
    for name, tensor in saved.items():
        result[name] = tensor.clone()
        if name in masks and tensor.ndim > 1:
            result[name][~masks[name]] = 0
    return result
