"""Prints 50 MB in its cell and again in its function, and 50 MB more past Python.

loses: quantize_values, gradient_stops
says: expected
"""

import os
import sys

LINE = "x" * 2**20


def flood():
    for _ in range(50):
        print(LINE)
        print(LINE, file=sys.stderr)
        os.write(1, LINE.encode())
        os.write(2, LINE.encode())


_ = flood()
flooded = False


def fake_quantize(x, scale, zero_point, bits):
    global flooded
    if not flooded:
        flooded = True
        flood()
    return x
