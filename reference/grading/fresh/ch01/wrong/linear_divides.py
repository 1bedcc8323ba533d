"""Finds the number of rows by dividing all elements by in_features, which may be 0.

With input_shape=(3, 0), out_features=4 the text promises 0 ("A size may be 0"); raises ZeroDivisionError.
"""
import math


def linear_macs(input_shape: tuple[int, ...], out_features: int) -> int:
    in_features = input_shape[-1]
    rows = math.prod(input_shape) // in_features
    return rows * in_features * out_features
