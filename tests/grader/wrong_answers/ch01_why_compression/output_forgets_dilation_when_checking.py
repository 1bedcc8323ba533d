"""Whether the kernel fits is decided without its dilation.

loses: output_size_too_large
says: a mistake of the caller
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    if kernel > size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
