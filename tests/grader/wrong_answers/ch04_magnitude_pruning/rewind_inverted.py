"""What was kept is zeroed.

loses: rewind_weights
says: kept where the mask is True
"""


def rewind(saved, masks):

    return {name: tensor.masked_fill(masks[name], 0) if name in masks else tensor for name, tensor in saved.items()}
