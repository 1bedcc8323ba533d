"""Raises already when the kernel is as large as the padded input (>= for >).

Text: "ValueError: the kernel reaches further than the padded input" (one that reaches just as far fits once).
output_size(3, 3) raises a ValueError; promised: 1.
"""


def output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    reach = (kernel - 1) * dilation + 1
    padded = size + 2 * padding
    if reach >= padded:
        raise ValueError(f"kernel reaches over {reach} pixels, padded input has only {padded}")
    return (padded - reach) // stride + 1
