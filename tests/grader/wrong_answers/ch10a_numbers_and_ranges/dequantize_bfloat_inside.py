"""Computed in bfloat16, and converted afterwards.

loses: dequantize_values
says: a tiny or a huge scale is a scale like others
"""


def dequantize(q, scale, zero_point):
    return ((q.bfloat16() - zero_point) * scale).float()
