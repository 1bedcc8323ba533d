"""Size divided by stride, which is right only with the padding that keeps the size.

loses: output_size_steps
says: padding comes at both ends
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    return size // stride
