"""An epsilon is added to the scale.

loses: dequantize_values
says: a scale like others
"""


def dequantize(q, scale, zero_point):
    return (scale + 1e-8) * (q.int() - zero_point).float()
