"""A kernel as large as the padded input is refused.

loses: output_size_too_large
says: does not fit
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if room <= 0 and size > 1:
        raise ValueError("the kernel does not fit")
    return room // stride + 1
