"""Only floating-point tensors are rewound.

loses: rewind_everything_else
says: counters
"""


def rewind(saved, masks):

    chosen = {name: tensor for name, tensor in saved.items() if tensor.is_floating_point()}
    return {name: tensor * masks[name] if name in masks else tensor.clone() for name, tensor in chosen.items()}
