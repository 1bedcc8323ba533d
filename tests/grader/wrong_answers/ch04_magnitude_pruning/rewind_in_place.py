"""Zeros are written into the saved weights.

loses: rewind_weights
says: don't write zeros into them
"""


def rewind(saved, masks):

    for name, mask in masks.items():
        saved[name][~mask] = 0
    return saved
