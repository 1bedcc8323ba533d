"""Multiplies with NumPy, whose 64-bit integers overflow in silence.

Text: "The counts are exact ints, however large."
Input: block_macs(10**6, 10**6, 3, 1, 10**5, 10**5) gives a wrong number; promised is 9 * 10**22.
"""
import numpy as np


def block_macs(
    inputs: int, outputs: int, kernel: int, stride: int, height: int, width: int
) -> dict[str, int | float]:
    rows, columns = (height - 1) // stride + 1, (width - 1) // stride + 1
    standard = int(np.prod([kernel, kernel, inputs, outputs, rows, columns]))
    separable = int(np.prod([kernel, kernel, inputs, rows, columns])) + int(np.prod([inputs, outputs, rows, columns]))
    return {"standard": standard, "separable": separable, "share": separable / standard}
