"""Comes back in float64.

loses: dequantize_values
says: float32
"""


def dequantize(q, scale, zero_point):
    return scale * (q.double() - zero_point)
