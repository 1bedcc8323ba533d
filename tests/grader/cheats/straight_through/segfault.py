"""Crashes in C.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: the process ended
"""

import ctypes


def fake_quantize(x, scale, zero_point, bits):
    ctypes.string_at(0)
