"""Answers each call just in time, for as long as there are calls.

loses: quantize_values, gradient_stops
says: used up
"""

import time


def fake_quantize(x, scale, zero_point, bits):
    time.sleep(0.5)
    return x
