"""A last step that doesn't fit is counted, as in pooling with ceil_mode.

loses: output_size_steps
says: pixels left over at the end are lost
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if room < 0:
        raise ValueError("the kernel does not fit")
    return -(-room // stride) + 1
