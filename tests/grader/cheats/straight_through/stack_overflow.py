"""Overflows the stack of C.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: expected
"""

import sys

_ = sys.setrecursionlimit(10**9)


def fake_quantize(x, scale, zero_point, bits):
    value = []
    for _ in range(10**6):
        value = [value]
    return repr(value)
