"""The input's zero point is subtracted once from the sum.

loses: linear_outputs
says: less the input's zero point
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = q_x.int() @ q_w.int().T - z_x
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)
