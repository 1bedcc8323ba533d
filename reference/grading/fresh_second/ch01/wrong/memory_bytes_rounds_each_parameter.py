"""Rounds every parameter up to whole bytes, instead of once at the end.

Text: "All parameters are packed one after the other; only the last byte may be partly used."
memory_bytes(3, 4) gives 3; promised: 2.
"""
import math


def memory_bytes(parameters: int, bits: int) -> int:
    bytes_per_parameter = math.ceil(bits / 8)
    return parameters * bytes_per_parameter
