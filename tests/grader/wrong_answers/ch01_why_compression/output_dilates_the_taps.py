"""The kernel is taken for dilation times as long: one gap too many.

loses: output_size_dilation
says: one gap fewer than taps
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - dilation * kernel
    if room < 0:
        raise ValueError("the kernel does not fit")
    return room // stride + 1
