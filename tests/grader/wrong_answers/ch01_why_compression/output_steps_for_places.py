"""The number of steps is given, which is one less than the places.

loses: output_size_steps
says: one place more than there are steps
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if room < 0:
        raise ValueError("the kernel does not fit")
    return room // stride
