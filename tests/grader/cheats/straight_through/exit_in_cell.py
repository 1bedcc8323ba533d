"""Ends its process in its cell.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: no `fake_quantize` in the notebook
"""

import os

_ = os._exit(0)


def fake_quantize(x, scale, zero_point, bits):
    return x
