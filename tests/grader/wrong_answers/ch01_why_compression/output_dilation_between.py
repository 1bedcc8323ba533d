"""Dilation is taken for the pixels left out between the taps, so that 0 would be an ordinary kernel.

loses: output_size_dilation
says: dilation stretches the gaps
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    room = size + 2 * padding - (dilation + 1) * (kernel - 1) - 1 if dilation > 1 else size + 2 * padding - kernel
    if room < 0:
        raise ValueError("the kernel does not fit")
    return room // stride + 1
