"""The padding is added once instead of at both ends.

loses: output_size_steps
says: padding comes at both ends
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    room = size + padding - dilation * (kernel - 1) - 1
    if room < 0:
        raise ValueError("the kernel does not fit")
    return room // stride + 1
