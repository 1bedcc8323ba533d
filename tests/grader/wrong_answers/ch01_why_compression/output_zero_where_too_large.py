"""A kernel that fits nowhere silently gives an output of 0 pixels.

loses: output_size_too_large
says: a mistake of the caller
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    return max(0, room // stride + 1)
