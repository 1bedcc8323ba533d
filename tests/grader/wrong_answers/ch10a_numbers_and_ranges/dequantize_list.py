"""A list of numbers.

loses: dequantize_values
says: float32 numbers
"""


def dequantize(q, scale, zero_point):
    return (scale * (q.int() - zero_point).float()).tolist()
