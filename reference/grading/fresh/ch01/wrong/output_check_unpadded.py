"""Compares the kernel's reach with the input before the padding.

With size=2, kernel=3, padding=1 the text promises 2 (the padded input has 4 pixels, the kernel reaches over 3);
raises ValueError.
"""


def output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    reach = dilation * (kernel - 1) + 1
    if reach > size:
        raise ValueError(f"a kernel that reaches over {reach} pixels does not fit on {size}")
    return (size + 2 * padding - reach) // stride + 1
