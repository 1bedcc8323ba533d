"""The kernel is compared with the input as it is before zeros are added.

loses: output_size_too_large, output_size_dilation, output_size_steps, conv_products
says: the kernel is too large
"""


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    if dilation * (kernel - 1) >= size:
        raise ValueError("the kernel is too large")
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
