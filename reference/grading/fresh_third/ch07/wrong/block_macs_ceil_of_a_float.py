"""Rounds a floating-point quotient up: from 2**53 pixels on it has lost digits.

Text: "The counts are exact ints, however large."
Input: block_macs(1, 1, 1, 1, 2**53 + 1, 1)["standard"] gives 2**53; promised is 2**53 + 1.
"""
import math


def block_macs(
    inputs: int, outputs: int, kernel: int, stride: int, height: int, width: int
) -> dict[str, int | float]:
    positions = math.ceil(height / stride) * math.ceil(width / stride)
    standard = kernel**2 * inputs * outputs * positions
    depthwise = kernel**2 * inputs * positions
    pointwise = inputs * outputs * positions
    return {
        "standard": standard,
        "separable": depthwise + pointwise,
        "share": (depthwise + pointwise) / standard,
    }
