"""The taps are taken to lie side by side.

loses: output_size_dilation
says: dilation stretches the gaps
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - kernel
    if room < 0:
        raise ValueError("the kernel does not fit")
    return room // stride + 1
