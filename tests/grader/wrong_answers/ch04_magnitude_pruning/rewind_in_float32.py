"""Weights come back in single precision.

loses: rewind_weights
says: dtype
"""


def rewind(saved, masks):

    return {name: tensor * masks[name].float() if name in masks else tensor for name, tensor in saved.items()}
