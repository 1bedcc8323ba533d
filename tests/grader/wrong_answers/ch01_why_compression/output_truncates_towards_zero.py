"""A negative number of steps is cut off to none, and the kernel seems to fit once.

loses: output_size_too_large
says: is a negative number of steps rounded
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    places = int((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
    if places < 1:
        raise ValueError("fits nowhere")
    return places
