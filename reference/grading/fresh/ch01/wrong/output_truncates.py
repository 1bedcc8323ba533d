"""Rounds the steps with int(), which rounds toward zero, and looks only at the result to see whether the kernel fits.

With size=4, kernel=5, stride=2 the text promises a ValueError (5 taps on 4 pixels); gives int(-1 / 2) + 1 = 1.
"""


def output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    places = int((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
    if places < 1:
        raise ValueError("the kernel fits nowhere")
    return places
