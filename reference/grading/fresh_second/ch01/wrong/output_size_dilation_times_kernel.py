"""Takes dilation * kernel for the reach of the kernel, instead of dilation * (kernel - 1) + 1: the same without dilation.

Text: "dilation: pixels from one tap to the next" and "Number of places of a convolution's kernel along one axis".
output_size(7, 3, dilation=2) gives 2; promised: 3 (taps at 0, 2, 4; 1, 3, 5; 2, 4, 6).
"""


def output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    reach = dilation * kernel
    padded = size + 2 * padding
    if reach > padded:
        raise ValueError("the kernel does not fit on the padded input")
    return (padded - reach) // stride + 1
