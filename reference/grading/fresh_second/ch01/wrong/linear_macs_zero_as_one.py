"""`prod(...) or 1` is meant for an input without leading dimensions, but turns an empty batch into one row, too.

Text: "The MACs for the whole input" and "Any size may be 0."
linear_macs((0, 3), 4) gives 12; promised: 0.
"""
import math


def linear_macs(input_shape: tuple[int, ...], out_features: int) -> int:
    *leading, in_features = input_shape
    rows = math.prod(leading) or 1
    return rows * in_features * out_features
